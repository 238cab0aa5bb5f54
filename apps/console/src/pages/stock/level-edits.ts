import type { Action, CallBy, Change, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import type { Level } from '../../api/types.ts';

export const EDITED = {
  on_hand: 'On hand',
  safety_stock: 'Safety stock',
  backorder_limit: 'Backorder limit',
} as const;

export type EditedField = keyof typeof EDITED;
const EDITED_FIELDS = Object.keys(EDITED) as EditedField[];

/** New values of one level, and the level as it was when they were entered. */
interface LevelEdit {
  readonly level: Level;
  readonly values: Partial<Record<EditedField, number>>;
}

export type LevelEdits = ReadonlyMap<string, LevelEdit>;

export const levelKey = ({ sku, location }: Pick<Level, 'sku' | 'location'>): string =>
  JSON.stringify([sku, location]);

/** What was entered for a field; the level's own value takes the edit back. */
export function withEdit(edits: LevelEdits, level: Level, field: EditedField, value: number): LevelEdits {
  const key = levelKey(level);
  const edit = edits.get(key) ?? { level, values: {} };
  const { [field]: _old, ...others } = edit.values;
  const values = value === edit.level[field] ? others : { ...others, [field]: value };
  const next = new Map(edits);
  if (Object.keys(values).length === 0) next.delete(key);
  else next.set(key, { level: edit.level, values });
  return next;
}

const changesOf = ({ level, values }: LevelEdit): Change[] =>
  EDITED_FIELDS.flatMap((field) => {
    const to = values[field];
    return to === undefined
      ? []
      : [
          {
            label: `${level.sku} at ${level.location}, ${EDITED[field].toLowerCase()}`,
            from: level[field],
            to,
          },
        ];
  });

/** Saves the edits, each only if its level was not changed since. */
export function saveAction(edits: LevelEdits, onSaved: (key: string) => void): Action<Values> {
  const all = [...edits.entries()];
  return {
    label: `Save ${all.length === 1 ? 'the change' : `${all.length} changes`}`,
    title: 'Save the changed levels',
    scope: 'stock:write',
    initial: {},
    changes: () => all.flatMap(([, edit]) => changesOf(edit)),
    note: 'A level that another call has changed since you read it stays as it is, and is named.',
    keepsReason: true,
    run: (_values, reason, by) => saveAll(all, reason, by, onSaved),
    done: 'The levels are saved.',
    touches: [['availability-list'], ['availability'], ['movements']],
  };
}

/** @throws {Error} that names the levels that were refused; the others are saved */
async function saveAll(
  edits: readonly (readonly [string, LevelEdit])[],
  reason: string,
  { actor }: CallBy,
  onSaved: (key: string) => void,
): Promise<void> {
  const refused: string[] = [];
  for (const [key, { level, values }] of edits) {
    const { sku, location, version } = level;
    try {
      await holdfast().stockLevels.update(sku, location, { ...values, reason }, { actor, ifMatch: version });
      onSaved(key);
    } catch (error) {
      refused.push(`${sku} at ${location}: ${problemOf(error).detail}`);
    }
  }
  if (refused.length > 0) throw new Error(refused.join(' '));
}
