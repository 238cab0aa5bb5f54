import type { StockImport } from '../../api/import-queries.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { pathTo } from '../../paths.ts';

export const importPath = (id: string) => pathTo('/imports/:id', { id });

export const kindOf = ({ dry_run, reverts }: StockImport): string =>
  reverts === null ? (dry_run ? 'dry run' : 'import') : 'revert';

export const ImportBadges = ({ state, reverted_by }: Pick<StockImport, 'state' | 'reverted_by'>) => (
  <>
    <StateBadge state={state} /> {reverted_by !== null && <StateBadge state="withdrawn" label="reverted" />}
  </>
);
