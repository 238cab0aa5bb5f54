import { useInfiniteQuery } from '@tanstack/react-query';
import { importPages, type StockImport } from '../../api/import-queries.ts';
import { count } from '../../parts/format.ts';
import { Page, Section } from '../../parts/page.tsx';
import { PagedTable, type Column } from '../../parts/record-table.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import { Link } from '../../router.tsx';
import { useCan } from '../../session/caller.tsx';
import { ImportBadges, importPath, kindOf } from './import-labels.tsx';
import { UploadForm } from './upload-form.tsx';

export default function ImportsPage() {
  const can = useCan();
  const query = useInfiniteQuery(importPages());
  return (
    <Page title="Imports">
      {can('stock:write') && (
        <Section
          title="Load a file"
          hint="First it is only tried: you see what it would change, and apply it then"
        >
          <UploadForm />
        </Section>
      )}
      <Section title="Earlier files" hint="Newest first">
        <PagedTable
          label="Imports"
          query={query}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          empty={{ title: 'No file was loaded yet' }}
        />
      </Section>
    </Page>
  );
}

const COLUMNS: readonly Column<StockImport>[] = [
  {
    title: 'When',
    show: ({ id, created_at }) => (
      <Link to={importPath(id)} className="link">
        <TimeAgo at={created_at} />
      </Link>
    ),
  },
  { title: 'Kind', show: kindOf },
  { title: 'State', show: (each) => <ImportBadges {...each} /> },
  { title: 'By', show: ({ caller }) => caller },
  { title: 'Rows', show: ({ rows }) => count(rows), isNumber: true },
  { title: 'Changed', show: ({ applied, unchanged }) => count(applied - unchanged), isNumber: true },
  { title: 'Rejected', show: ({ rejected }) => count(rejected), isNumber: true },
];
