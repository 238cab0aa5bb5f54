import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '../../api/operations-queries.ts';
import { readinessQuery, systemQuery, type System } from '../../api/upkeep-queries.ts';
import { Facts, Figures } from '../../parts/figures.tsx';
import { count } from '../../parts/format.ts';
import { Page, Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import { gatewayFigures } from '../warehouse/gateway-figures.tsx';

const TABLES_SHOWN = 15;

export default function SystemPage() {
  const query = useQuery(systemQuery());
  return (
    <Page title="System" actions={<Elsewhere />}>
      <Health />
      <Gateway />
      <Loaded query={query}>
        {(system) => (
          <>
            <div className="columns">
              <Section title="Versions">
                <Facts facts={Object.entries(system.versions).map(([label, value]) => ({ label, value }))} />
              </Section>
              <Section title="Connections to PostgreSQL">
                <Facts facts={connectionFacts(system.connections)} />
              </Section>
            </div>
            <Section
              title="Tables"
              hint={`The ${TABLES_SHOWN} largest, with their indexes; rows are an estimate`}
            >
              <RecordTable
                label="Tables"
                rows={system.tables.slice(0, TABLES_SHOWN)}
                columns={TABLE_COLUMNS}
                rowKey={({ table }) => table}
                empty={{ title: 'No tables' }}
              />
            </Section>
            <Section title="Read replicas">
              <RecordTable
                label="Read replicas"
                rows={system.replicas}
                columns={REPLICA_COLUMNS}
                rowKey={({ name }) => name}
                empty={{ title: 'There are none', hint: 'The primary answers all reads.' }}
              />
            </Section>
            <Section title="Settings" hint="Of the API that answered, without secrets and addresses">
              <RecordTable
                label="Settings"
                rows={Object.entries(system.settings)}
                columns={SETTING_COLUMNS}
                rowKey={([name]) => name}
                empty={{ title: 'All settings have their defaults' }}
              />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Other pages of this server. They are not part of the console. */
const ELSEWHERE = [
  ['/ops/queues', 'Job queues'],
  ['/metrics', 'Metrics'],
  ['/docs', 'Reference'],
] as const;

const Elsewhere = () =>
  ELSEWHERE.map(([href, label]) => (
    <a key={href} href={href} className="link" target="_blank" rel="noreferrer">
      {label}
    </a>
  ));

function Health() {
  const { data, error } = useQuery(readinessQuery());
  const isReady = data !== undefined && !error;
  return (
    <Figures
      figures={[
        { label: 'API', value: isReady ? 'ready' : 'not ready', isAlarming: Boolean(error) },
        { label: 'Database', value: isReady ? data.database : '–' },
        {
          label: 'Queue',
          value: data?.queue ?? '–',
          note: data?.queue === 'degraded' && 'jobs are rebuilt when it is back',
          isAlarming: data?.queue === 'degraded',
        },
      ]}
    />
  );
}

function Gateway() {
  const { data } = useQuery(overviewQuery());
  return data ? <Figures figures={gatewayFigures(data.warehouse)} /> : null;
}

const connectionFacts = ({ allowed, reserved, in_use, of_this_api }: System['connections']) => [
  { label: 'In use', value: count(in_use) },
  { label: 'Allowed', value: `${count(allowed)}, of these ${count(reserved)} for superusers` },
  { label: 'This API opens at most', value: count(of_this_api) },
];

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `4.2 MB`. */
function describeBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power] ?? ''}`;
}

const TABLE_COLUMNS: readonly Column<System['tables'][number]>[] = [
  { title: 'Table', show: ({ table }) => table },
  { title: 'Size', show: ({ bytes }) => describeBytes(bytes), isNumber: true },
  { title: 'Rows', show: ({ rows }) => count(rows), isNumber: true },
];

const REPLICA_COLUMNS: readonly Column<System['replicas'][number]>[] = [
  { title: 'Replica', show: ({ name }) => name },
  { title: 'State', show: ({ state }) => state.replaceAll('_', ' ') },
  {
    title: 'Lag',
    show: ({ lag_seconds }) => (lag_seconds === null ? '–' : `${lag_seconds.toFixed(1)} s`),
    isNumber: true,
  },
];

const SETTING_COLUMNS: readonly Column<[string, string | number | boolean]>[] = [
  { title: 'Setting', show: ([name]) => <span className="mono">{name}</span> },
  { title: 'Value', show: ([, value]) => String(value) },
];
