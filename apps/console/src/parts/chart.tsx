import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface ChartLine {
  readonly label: string;
  readonly tone: 'blue' | 'orange' | 'green' | 'red' | 'gray';
  /** One for each time; null: nothing is known then. */
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  /** What it shows, for screen readers. */
  readonly label: string;
  /** In seconds since 1970, rising. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly height?: number;
  /** Whether a value holds until the next one. */
  readonly isStepped?: boolean;
}

/** They differ in both schemes, and for people who do not see red and green. */
const COLORS = {
  light: { blue: '#1864ab', orange: '#c2410c', green: '#2b8a3e', red: '#c92a2a', gray: '#868e96' },
  dark: { blue: '#74c0fc', orange: '#ffa94d', green: '#8ce99a', red: '#ff8787', gray: '#adb5bd' },
} as const;
const AXES = {
  light: { text: '#495057', grid: '#e9ecef' },
  dark: { text: '#c1c2c5', grid: '#373a40' },
} as const;

const DEFAULT_HEIGHT = 240;

export function Chart({ label, times, lines, height = DEFAULT_HEIGHT, isStepped = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const scheme = useComputedColorScheme('light');
  const data = useMemo(
    (): uPlot.AlignedData => [[...times], ...lines.map(({ values }) => [...values])],
    [times, lines],
  );
  const newest = useRef(data);
  newest.current = data;
  const kinds = JSON.stringify(lines.map(({ label, tone }) => [label, tone]));
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const options = optionsFor(JSON.parse(kinds), { scheme, height, isStepped, width: element.clientWidth });
    const made = new uPlot(options, newest.current, element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [kinds, scheme, height, isStepped]);
  useEffect(() => plot.current?.setData(data), [data]);
  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeStyle: 'medium' });
const OF_MINUTES = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const OF_HOURS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const OF_DAYS = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** How far the marks of the axis may be apart, in seconds: none is between two seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 300, 600, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800];

/** As exact as the marks of the axis are apart, in seconds. */
function shownTime(times: readonly number[]): (time: number) => string {
  const apart = (times[1] ?? 0) - (times[0] ?? 0);
  const format = apart < 60 ? OF_MINUTES : apart < 43_200 ? OF_HOURS : OF_DAYS;
  return (time) => format.format(time * 1_000);
}

interface Look {
  readonly scheme: 'light' | 'dark';
  readonly height: number;
  readonly width: number;
  readonly isStepped: boolean;
}

function optionsFor(
  kinds: readonly (readonly [string, ChartLine['tone']])[],
  { scheme, height, width, isStepped }: Look,
): uPlot.Options {
  const { text, grid } = AXES[scheme];
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const paths = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return {
    width,
    height,
    padding: [null, 32, null, null], // the newest time's label is half of it beyond the last point
    legend: { live: true },
    cursor: { points: { size: 6 } },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...axis, space: 80, incrs: STEPS, values: (_plot, times) => times.map(shownTime(times)) },
      { ...axis, size: 52 },
    ],
    series: [
      { value: (_plot, time: number | null) => (time === null ? '–' : TIME.format(time * 1_000)) },
      ...kinds.map(([label, tone]) => ({
        label,
        stroke: COLORS[scheme][tone],
        width: 2,
        points: { show: false },
        ...(paths ? { paths } : {}),
      })),
    ],
  };
}
