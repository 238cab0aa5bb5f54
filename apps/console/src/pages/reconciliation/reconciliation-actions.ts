import type { Repair } from '@holdfast/client';
import type { Action, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import { navigate } from '../../router.tsx';

export const startAction = (): Action<{ dry_run: boolean }> => ({
  label: 'Start a run',
  title: 'Start a reconciliation run',
  scope: 'ops:write',
  initial: { dry_run: true },
  fields: { dry_run: { kind: 'switch', label: 'Only look, and change nothing' } },
  changes: ({ dry_run }) =>
    dry_run
      ? [{ label: 'A dry run', to: 'reports what a run would do' }]
      : [
          { label: 'Holds that are due', to: 'are given back' },
          { label: 'Syncs whose job was lost', to: 'are queued again' },
        ],
  note: 'Counters that are wrong are reported by it, and corrected by a repair only.',
  keepsReason: false,
  run: async ({ dry_run }, _reason, by) => {
    const { run_id } = await holdfast().reconciliationRuns.start({ dry_run }, by);
    navigate(`/reconciliation/${run_id}`);
  },
  done: 'The run is queued.',
  touches: [['runs'], ['overview']],
});

/** @param preview what a dry run of the repair has answered */
export const repairAction = ({ repairs, unrepaired }: Repair): Action<Values> => ({
  label: 'Repair',
  title: 'Repair the counters',
  scope: 'stock:write',
  isDangerous: true,
  initial: {},
  changes: () =>
    repairs.map(({ sku, location, kind, expected, actual }) => ({
      label: `${kind} of ${sku} at ${location}`,
      from: actual,
      to: expected,
    })),
  note:
    unrepaired.length > 0
      ? `${unrepaired.length} counters cannot be repaired: count the units, and set the levels.`
      : 'Movements record the difference and its correction.',
  keepsReason: false,
  run: (_values, _reason, by) => holdfast().stock.repair({ dry_run: false }, by),
  done: 'The counters are repaired.',
  touches: [['consistency'], ['repair'], ['overview'], ['availability'], ['movements']],
});
