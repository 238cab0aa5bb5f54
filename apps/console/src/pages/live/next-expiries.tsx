import { useQuery } from '@tanstack/react-query';
import type { Reservation } from '../../api/types.ts';
import { ReservationLink } from '../../parts/links.tsx';
import { Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeLeft } from '../../parts/times.tsx';
import { linesInWords } from '../reservations/reservation-columns.tsx';
import { nextExpiriesQuery } from './live-queries.ts';

const COLUMNS: readonly Column<Reservation>[] = [
  { title: 'Reservation', show: ({ id }) => <ReservationLink id={id} /> },
  { title: 'Units', show: linesInWords },
  { title: 'Ends', show: ({ expires_at }) => expires_at !== null && <TimeLeft at={expires_at} /> },
];

/** Whose units come free next. */
export function NextExpiries() {
  const query = useQuery(nextExpiriesQuery());
  return (
    <Section title="Holds that end next" hint="Within two minutes">
      <Loaded query={query}>
        {(holds) => (
          <RecordTable
            label="Holds that end next"
            rows={holds}
            columns={COLUMNS}
            rowKey={({ id }) => id}
            empty={{ title: 'No hold ends within two minutes' }}
          />
        )}
      </Loaded>
    </Section>
  );
}
