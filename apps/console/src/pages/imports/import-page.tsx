import { Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import { importQuery, isRunning, type StockImportWithErrors } from '../../api/import-queries.ts';
import { Facts, Figures } from '../../parts/figures.tsx';
import { change, count, shortId } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import { Link } from '../../router.tsx';
import type { PageProps } from '../../shell/routes.ts';
import { applyAction, revertAction } from './import-actions.ts';
import { triedFile } from './import-file.ts';
import { ImportBadges, importPath, kindOf } from './import-labels.tsx';

export default function ImportPage({ params: { id = '' } }: PageProps) {
  const query = useQuery(importQuery(id));
  const { data } = query;
  return (
    <Page
      kind={data ? `Stock ${kindOf(data)}` : 'Stock import'}
      title={triedFile(id)?.file.name ?? shortId(id)}
      badges={data && <ImportBadges {...data} />}
      actions={data && <ImportActions report={data} />}
    >
      <Loaded query={query}>
        {(report) => (
          <>
            <Figures figures={figuresOf(report)} />
            {isRunning(report) && <Running report={report} />}
            {report.error !== null && <Text c="red">{report.error}</Text>}
            {report.differences !== null && <Differences rows={report.differences} />}
            <Errors rows={report.errors} rejected={report.rejected} />
            <Section title="About it">
              <Facts facts={factsOf(report)} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function ImportActions({ report }: { readonly report: StockImportWithErrors }) {
  const file = triedFile(report.id);
  const hasEnded = report.state === 'succeeded';
  if (report.dry_run) {
    return hasEnded && file ? <ActionButton action={applyAction(report, file)} variant="filled" /> : null;
  }
  const mayRevert = !isRunning(report) && report.reverted_by === null && report.applied > report.unchanged;
  return mayRevert ? <ActionButton action={revertAction(report)} /> : null;
}

const figuresOf = ({
  dry_run,
  applied,
  unchanged,
  rejected,
  rows,
  zeroed,
  ...made
}: StockImportWithErrors) => [
  { label: 'Rows', value: count(rows) },
  { label: dry_run ? 'Would change' : 'Changed', value: count(applied - unchanged) },
  { label: 'Unchanged', value: count(unchanged) },
  { label: 'Rejected', value: count(rejected), isAlarming: rejected > 0 },
  { label: dry_run ? 'New SKUs' : 'Created SKUs', value: count(made.created_skus) },
  { label: 'Set to 0', value: count(zeroed), note: 'levels not in the file' },
];

function Running({ report: { rows, applied, rejected } }: { readonly report: StockImportWithErrors }) {
  const done = rows === 0 ? 0 : (100 * (applied + rejected)) / rows;
  return (
    <Section title="It runs" hint={`${count(applied + rejected)} of ${count(rows)} rows`}>
      <Progress value={done} aria-label="Rows that are done" />
    </Section>
  );
}

type Difference = NonNullable<StockImportWithErrors['differences']>[number];

const DIFFERENCE_COLUMNS: readonly Column<Difference>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  { title: 'Location', show: ({ location }) => location },
  { title: 'On hand', show: ({ on_hand }) => count(on_hand), isNumber: true },
  { title: 'After the file', show: ({ new_on_hand }) => count(new_on_hand), isNumber: true },
  { title: 'Change', show: ({ on_hand, new_on_hand }) => change(new_on_hand - on_hand), isNumber: true },
];

const Differences = ({ rows }: { readonly rows: readonly Difference[] }) => (
  <Section title="Largest differences" hint="The 20 levels whose units would change most">
    <RecordTable
      label="Largest differences"
      rows={rows}
      columns={DIFFERENCE_COLUMNS}
      rowKey={({ sku, location }) => JSON.stringify([sku, location])}
      empty={{ title: 'No units would change' }}
    />
  </Section>
);

type RejectedRow = StockImportWithErrors['errors'][number];

const ERROR_COLUMNS: readonly Column<RejectedRow>[] = [
  { title: 'Row', show: ({ row }) => count(row) },
  { title: 'Why', show: ({ message }) => message },
];

const Errors = ({ rows, rejected }: { readonly rows: readonly RejectedRow[]; readonly rejected: number }) =>
  rejected === 0 ? null : (
    <Section
      title="Rejected rows"
      hint={
        rows.length < rejected ? `The first ${count(rows.length)}` : 'Row 1 is the first after the header'
      }
    >
      <RecordTable
        label="Rejected rows"
        rows={rows}
        columns={ERROR_COLUMNS}
        rowKey={({ row, message }) => `${row} ${message}`}
        empty={{ title: 'None' }}
      />
    </Section>
  );

const ImportLink = ({ id }: { readonly id: string | null }) =>
  id === null ? (
    '–'
  ) : (
    <Link to={importPath(id)} className="link mono">
      {shortId(id)}
    </Link>
  );

const factsOf = (report: StockImportWithErrors) => [
  { label: 'By', value: report.caller },
  { label: 'Received', value: <TimeAgo at={report.created_at} /> },
  { label: 'Ended', value: <TimeAgo at={report.finished_at} none="not yet" /> },
  { label: 'May create', value: report.create },
  { label: 'Levels not in the file', value: report.absent === 'keep' ? 'stay' : 'are set to 0' },
  { label: 'Rows of a level named before', value: count(report.duplicates) },
  { label: 'Reverts', value: <ImportLink id={report.reverts} /> },
  { label: 'Reverted by', value: <ImportLink id={report.reverted_by} /> },
];
