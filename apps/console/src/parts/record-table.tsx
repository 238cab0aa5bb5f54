import { Button, Center, Table } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../api/pages.ts';
import { Empty, Failure, Loading } from './states.tsx';

export interface Column<Row> {
  /** Its heading; on a narrow screen it stands before each value. */
  readonly title: string;
  readonly show: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
}

interface RecordTableProps<Row> {
  /** What the rows are, for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly empty: { readonly title: string; readonly hint?: ReactNode };
}

/** Rows of one kind. On a narrow screen each row is a block with one line for each column (styles.css). */
export function RecordTable<Row>({ label, rows, columns, rowKey, empty }: RecordTableProps<Row>) {
  if (rows.length === 0) return <Empty {...empty} />;
  return (
    <Table aria-label={label} className="records" verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ title, isNumber }) => (
            <Table.Th key={title} data-number={isNumber} scope="col">
              {title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={rowKey(row)}>
            {columns.map(({ title, show, isNumber }) => (
              <Table.Td key={title} data-title={title} data-number={isNumber}>
                {show(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export const rowsOf = <Row,>(data: InfiniteData<Page<Row>> | undefined): Row[] =>
  data?.pages.flatMap((page) => page.data) ?? [];

interface PagedTableProps<Row> extends Omit<RecordTableProps<Row>, 'rows'> {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<Row>>>;
}

/** A list of the API: its first page, and more of it on demand. */
export function PagedTable<Row>({ query, ...table }: PagedTableProps<Row>) {
  if (query.isPending) return <Loading />;
  const rows = rowsOf(query.data);
  const failure = query.error && <Failure error={query.error} retry={() => void query.refetch()} />;
  if (failure && rows.length === 0) return failure;
  return (
    <>
      {failure}
      <RecordTable {...table} rows={rows} />
      {query.hasNextPage && (
        <Center mt="sm">
          <Button
            variant="default"
            size="sm"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        </Center>
      )}
    </>
  );
}
