import type { Action, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import type { Availability, Location } from '../../api/types.ts';

const touchesOf = (sku: string) => [
  ['availability', sku],
  ['availability-list'],
  ['movements'],
  ['sku', sku],
];

const UNITS_MAX = 1_000_000_000;

type Level = Availability['locations'][number];

const levelOf = ({ locations }: Availability, location: string): Level | undefined =>
  locations.find((each) => each.location === location);

const choicesOf = (locations: readonly { readonly location: string }[]) =>
  locations.map(({ location }) => ({ value: location, label: location }));

/** Stops new promises of a SKU, or lets them begin again. */
export function pauseAction({ sku, active, available, reserved }: Availability): Action<Values> {
  return {
    label: active ? 'Pause' : 'Resume',
    title: active ? 'Stop selling this SKU now' : 'Sell this SKU again',
    scope: 'stock:write',
    isDangerous: active,
    initial: {},
    changes: () => [
      { label: 'State', from: active ? 'active' : 'paused', to: active ? 'paused' : 'active' },
      ...(active ? [{ label: 'Available to new orders', from: available, to: 0 }] : []),
    ],
    note: active
      ? `What is promised goes on: ${reserved} units are held and can be confirmed. New holds are refused at once.`
      : 'New holds are accepted at once.',
    keepsReason: true,
    run: (_values, reason, { actor }) => holdfast().skus.put(sku, { active: !active, reason }, { actor }),
    done: active ? `${sku} is paused.` : `${sku} is sold again.`,
    touches: touchesOf(sku),
  };
}

/** Sets the units on hand, unless the level was changed since the page was read. */
export function countAction(stock: Availability): Action<{ location: string; counted: number }> {
  const { sku, locations } = stock;
  const [first] = locations;
  return {
    label: 'Count',
    title: 'Enter what was counted',
    scope: 'stock:write',
    initial: { location: first?.location ?? '', counted: first?.on_hand ?? 0 },
    fields: {
      location: { kind: 'choice', label: 'Location', choices: choicesOf(locations) },
      counted: { kind: 'number', label: 'Units on hand', min: 0, max: UNITS_MAX },
    },
    changes: ({ location, counted }) => {
      const level = levelOf(stock, location);
      return level && level.on_hand !== counted
        ? [
            { label: `On hand at ${location}`, from: level.on_hand, to: counted },
            ...shortfallChange(level, counted),
          ]
        : [];
    },
    keepsReason: true,
    run: ({ location, counted }, reason, { actor }) =>
      holdfast().stockLevels.update(
        sku,
        location,
        { on_hand: counted, reason },
        { actor, ifMatch: levelOf(stock, location)?.version },
      ),
    done: 'The count is recorded.',
    touches: touchesOf(sku),
  };
}

function shortfallChange(level: Level, onHand: number, limit = level.backorder_limit) {
  const missing = Math.max(0, level.reserved + level.allocated - onHand - limit);
  return missing === level.shortfall
    ? []
    : [{ label: 'Promised units that are missing', from: level.shortfall, to: missing }];
}

export function adjustAction(
  stock: Availability,
  locations: readonly Location[],
): Action<{ location: string; delta: number }> {
  const { sku } = stock;
  const places = locations.length > 0 ? locations : stock.locations;
  return {
    label: 'Adjust',
    title: 'Add or remove units',
    scope: 'stock:write',
    initial: { location: stock.locations[0]?.location ?? places[0]?.location ?? '', delta: 0 },
    fields: {
      location: { kind: 'choice', label: 'Location', choices: choicesOf(places) },
      delta: {
        kind: 'number',
        label: 'Units to add; below zero: to remove',
        min: -UNITS_MAX,
        max: UNITS_MAX,
      },
    },
    changes: ({ location, delta }) => {
      const level = levelOf(stock, location);
      const before = level?.on_hand ?? 0;
      if (delta === 0 || before + delta < 0) return [];
      return [
        { label: `On hand at ${location}`, from: before, to: before + delta },
        ...(level ? shortfallChange(level, before + delta) : []),
      ];
    },
    keepsReason: true,
    run: ({ location, delta }, reason, by) =>
      holdfast().stock.adjust({ lines: [{ sku, location, delta, reason }] }, by),
    done: 'The units are adjusted.',
    touches: touchesOf(sku),
  };
}

/** Units that no reservation has. */
const freeAt = (level: Level) => Math.max(0, level.on_hand - level.reserved - level.allocated);

export function transferAction(
  stock: Availability,
  locations: readonly Location[],
): Action<{ from: string; to: string; quantity: number }> {
  const { sku } = stock;
  const sources = stock.locations.filter((level) => freeAt(level) > 0);
  const places = locations.length > 0 ? locations : stock.locations;
  const [source] = sources;
  return {
    label: 'Transfer',
    title: 'Move units to another location',
    scope: 'stock:write',
    initial: {
      from: source?.location ?? '',
      to: places.find(({ location }) => location !== source?.location)?.location ?? '',
      quantity: 1,
    },
    fields: {
      from: {
        kind: 'choice',
        label: 'From',
        choices: sources.map((level) => ({
          value: level.location,
          label: `${level.location} (${freeAt(level)} can move)`,
        })),
      },
      to: { kind: 'choice', label: 'To', choices: choicesOf(places) },
      quantity: { kind: 'number', label: 'Units', min: 1, max: 1_000_000 },
    },
    changes: ({ from, to, quantity }) => {
      const level = levelOf(stock, from);
      if (!level || from === to || quantity > freeAt(level)) return [];
      const target = levelOf(stock, to)?.on_hand ?? 0;
      return [
        { label: `On hand at ${from}`, from: level.on_hand, to: level.on_hand - quantity },
        { label: `On hand at ${to}`, from: target, to: target + quantity },
      ];
    },
    note: 'Units that are held or sold stay: they move with their reservation.',
    keepsReason: true,
    run: ({ from, to, quantity }, reason, by) =>
      holdfast().stock.transfer({ lines: [{ sku, from, to, quantity, reason }] }, by),
    done: 'The units are moved.',
    touches: touchesOf(sku),
  };
}

export function backorderAction(stock: Availability): Action<{ location: string; limit: number }> {
  const { sku, locations } = stock;
  const [first] = locations;
  return {
    label: 'Backorder limit',
    title: 'How far promises may go past what is on hand',
    scope: 'stock:write',
    initial: { location: first?.location ?? '', limit: first?.backorder_limit ?? 0 },
    fields: {
      location: { kind: 'choice', label: 'Location', choices: choicesOf(locations) },
      limit: { kind: 'number', label: 'Units', min: 0, max: UNITS_MAX },
    },
    changes: ({ location, limit }) => {
      const level = levelOf(stock, location);
      if (!level || level.backorder_limit === limit) return [];
      return [
        { label: `Backorder limit at ${location}`, from: level.backorder_limit, to: limit },
        ...shortfallChange(level, level.on_hand, limit),
      ];
    },
    keepsReason: true,
    run: ({ location, limit }, reason, { actor }) =>
      holdfast().stockLevels.update(
        sku,
        location,
        { backorder_limit: limit, reason },
        { actor, ifMatch: levelOf(stock, location)?.version },
      ),
    done: 'The limit is set.',
    touches: touchesOf(sku),
  };
}
