import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import { holdfast } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import type { Availability } from '../../api/types.ts';
import { notify } from '../../parts/notices.tsx';
import { useCan } from '../../session/caller.tsx';
import { useSession } from '../../session/session-store.ts';
import { pauseAction } from '../sku/sku-actions.ts';

/** The dialog that would ask for one is left out. */
const REASON = 'paused at once, on the live page';

/**
 * Stops a SKU at once: in a sale that goes wrong a dialog costs units. Only operators who have not given a
 * name yet are asked for it. To resume is an action like others.
 */
export function PauseButton({ stock }: { readonly stock: Availability }) {
  const { actor } = useSession();
  const can = useCan();
  const queries = useQueryClient();
  const action = pauseAction(stock);
  const pause = useMutation({
    mutationFn: () => holdfast().skus.put(stock.sku, { active: false, reason: REASON }, { actor }),
    onSuccess: () => {
      notify(action.done);
      return queries.invalidateQueries({ queryKey: ['live', 'left'] });
    },
    onError: (error) => notify(problemOf(error).detail),
  });
  if (!can('stock:write')) return null;
  if (!stock.active || actor === '') return <ActionButton action={action} size="compact-sm" />;
  return (
    <Button
      size="compact-sm"
      variant="default"
      className="danger"
      loading={pause.isPending}
      onClick={() => pause.mutate()}
      aria-label={`Pause ${stock.sku} now`}
    >
      Pause
    </Button>
  );
}
