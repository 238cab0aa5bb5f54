import { Alert, Button, Group, Table, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { serverNow } from '../../parts/clock.ts';
import { change, count, fromLocalInput, fullTime, plural, toLocalInput } from '../../parts/format.ts';
import { Section } from '../../parts/page.tsx';
import { RecordTable } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import { isNothing, type Balance, type ExplainedRow } from './explain-units.ts';
import { MOVEMENT_COLUMNS } from './movement-columns.tsx';
import { spanQuery, type SpanExplained } from './span-query.ts';

const DAYS_MS = 7 * 24 * 3_600_000;
const timeBefore = (ms: number) => new Date(serverNow() - ms).toISOString();

/** From one date to another: what was there, what came and went, and what is there then. */
export function UnitsExplained({ sku }: { readonly sku: string }) {
  // The end is a moment ahead, so that the newest movement is in it.
  const [span, setSpan] = useState(() => ({ from: timeBefore(DAYS_MS), to: timeBefore(-60_000) }));
  const query = useQuery(spanQuery({ sku, ...span }));
  const input = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="datetime-local"
      label={label}
      value={toLocalInput(span[name])}
      onChange={(event) => {
        const time = fromLocalInput(event.currentTarget.value);
        if (time !== null) setSpan({ ...span, [name]: time });
      }}
    />
  );
  return (
    <Section title="Where did the units go?" hint="Every unit from one time to another, by what changed it">
      <Group mb="md" align="flex-end">
        {input('from', 'From')}
        {input('to', 'To')}
      </Group>
      <Loaded query={query}>{(explained) => <Explained explained={explained} span={span} />}</Loaded>
    </Section>
  );
}

interface ExplainedProps {
  readonly explained: SpanExplained;
  readonly span: { readonly from: string; readonly to: string };
}

function Explained({ explained, span }: ExplainedProps) {
  const { start, rows, end, unexplained, isComplete } = explained;
  return (
    <>
      {!isComplete && (
        <Alert variant="default" className="warning" mb="sm" title="Too many movements">
          Only the newest 20,000 movements are counted. Choose a shorter time.
        </Alert>
      )}
      <Table aria-label="Where the units went" className="records explained" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {['What', 'Movements', 'On hand', 'Reserved', 'Allocated'].map((title, index) => (
              <Table.Th key={title} scope="col" data-number={index > 0}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <BalanceRow label={fullTime(span.from)} balance={start} show={count} />
          {rows.map((row) => (
            <CauseRow key={row.key} row={row} />
          ))}
          {!isNothing(unexplained) && (
            <BalanceRow label="Not explained" balance={unexplained} show={change} />
          )}
          <BalanceRow label={fullTime(span.to)} balance={end} show={count} />
        </Table.Tbody>
      </Table>
    </>
  );
}

const COUNTERS = [
  ['On hand', 'on_hand'],
  ['Reserved', 'reserved'],
  ['Allocated', 'allocated'],
] as const;

interface BalanceRowProps {
  readonly label: string;
  readonly balance: Balance;
  readonly show: (units: number) => string;
}

const BalanceRow = ({ label, balance, show }: BalanceRowProps) => (
  <Table.Tr fw={650}>
    <Table.Td data-title="What">{label}</Table.Td>
    <Table.Td data-title="Movements" />
    {COUNTERS.map(([title, name]) => (
      <Table.Td key={name} data-title={title} data-number="true">
        {show(balance[name])}
      </Table.Td>
    ))}
  </Table.Tr>
);

const SHOWN_MAX = 100;

/** One cause, and on demand its movements. */
function CauseRow({ row }: { readonly row: ExplainedRow }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Table.Tr>
        <Table.Td data-title="What">{row.label}</Table.Td>
        <Table.Td data-title="Movements" data-number="true">
          <Button size="compact-xs" variant="default" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
            {plural(row.movements.length, 'movement')}
          </Button>
        </Table.Td>
        {COUNTERS.map(([title, name]) => (
          <Table.Td key={name} data-title={title} data-number="true">
            {row[name] === 0 ? '' : change(row[name])}
          </Table.Td>
        ))}
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={5} className="inner">
            <RecordTable
              label={row.label}
              rows={row.movements.slice(0, SHOWN_MAX)}
              columns={MOVEMENT_COLUMNS}
              rowKey={({ id }) => id}
              empty={{ title: 'None' }}
            />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
