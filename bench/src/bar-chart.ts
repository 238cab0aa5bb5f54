/** Pictures of results: horizontal bars as SVG, readable on a light and on a dark page. */

interface Bar {
  readonly name: string;
  /** Drawn one after the other; NaN is left out. */
  readonly parts: readonly number[];
  /** Drawn as lines across the bar. */
  readonly marks?: readonly number[];
}

interface BarChart {
  readonly title: string;
  /** Names of the parts, then of the marks. */
  readonly parts: readonly string[];
  readonly marks?: readonly string[];
  readonly bars: readonly Bar[];
  readonly format: (value: number) => string;
}

const WIDTH = 860;
const LABELS = 330;
const FIGURES = 70;
const ROW = 30;
const BAR = 18;
const HEAD = 64;
const PART_COLOURS = ['#1c6fbb', '#d9822b', '#4a9d5b', '#8a5fb5'];
const MARK_COLOURS = ['#444444', '#b3261e'];

export function drawBars({ title, parts, marks = [], bars, format }: BarChart): string {
  const largest = Math.max(...bars.map((bar) => Math.max(total(bar), ...(bar.marks ?? []))));
  const scale = (WIDTH - LABELS - FIGURES) / largest;
  const height = HEAD + bars.length * ROW + 12;
  const rows = bars.map((bar, index) => drawBar(bar, HEAD + index * ROW, scale, format));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="14" y="24" font-size="15" font-weight="bold">${escaped(title)}</text>`,
    drawLegend(parts, marks),
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function drawBar(
  { name, parts, marks = [] }: Bar,
  y: number,
  scale: number,
  format: BarChart['format'],
): string {
  let x = LABELS;
  const drawn = parts.map((part, index) => {
    const width = Number.isNaN(part) ? 0 : part * scale;
    const rect = `<rect x="${round(x)}" y="${y}" width="${round(width)}" height="${BAR}" fill="${PART_COLOURS[index]}"/>`;
    x += width;
    return rect;
  });
  const lines = marks.map((mark, index) => {
    const at = round(LABELS + mark * scale);
    return `<path d="M${at} ${y - 3}v${BAR + 6}" stroke="${MARK_COLOURS[index]}" stroke-width="2"/>`;
  });
  const end = Math.max(x, ...marks.map((mark) => LABELS + mark * scale));
  return [
    `<text x="${LABELS - 10}" y="${y + 14}" text-anchor="end">${escaped(name)}</text>`,
    ...drawn,
    ...lines,
    `<text x="${round(end + 8)}" y="${y + 14}">${format(total({ name, parts }))}</text>`,
  ].join('\n');
}

function drawLegend(parts: readonly string[], marks: readonly string[]): string {
  const entries = [
    ...parts.map((name, index) => [name, PART_COLOURS[index], 12] as const),
    ...marks.map((name, index) => [name, MARK_COLOURS[index], 2] as const),
  ];
  let x = 14;
  return entries
    .map(([name, colour, width]) => {
      const entry = `<rect x="${x}" y="38" width="${width}" height="12" fill="${colour}"/><text x="${x + width + 6}" y="49">${escaped(name)}</text>`;
      x += width + 30 + name.length * 7;
      return entry;
    })
    .join('\n');
}

const total = ({ parts }: Bar): number =>
  parts.reduce((sum, part) => sum + (Number.isNaN(part) ? 0 : part), 0);

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
