import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import { availabilityQuery, locationsQuery, skuQuery } from '../../api/stock-queries.ts';
import type { Availability } from '../../api/types.ts';
import { Figures } from '../../parts/figures.tsx';
import { count } from '../../parts/format.ts';
import { Page, Section } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useQueryString } from '../../router.tsx';
import { useCan } from '../../session/caller.tsx';
import type { PageProps } from '../../shell/routes.ts';
import { DemandReport } from './demand-report.tsx';
import { LevelTable } from './level-table.tsx';
import { MovementList } from './movement-list.tsx';
import { Promises } from './promises.tsx';
import { adjustAction, backorderAction, countAction, pauseAction, transferAction } from './sku-actions.ts';
import { Settings } from './settings.tsx';
import { UnitsExplained } from './units-explained.tsx';
import { Waiters } from './waiters.tsx';

export default function SkuPage({ params: { sku = '' } }: PageProps) {
  const { data: stock, error, refetch } = useQuery(availabilityQuery(sku));
  const { data: details } = useQuery(skuQuery(sku));
  const name = details?.name ?? null;
  return (
    <Page
      kind={name === null || name === sku ? 'SKU' : `SKU: ${name}`}
      title={sku}
      badges={stock && <StateBadge state={stock.active ? 'active' : 'paused'} />}
      actions={stock && <SkuActions stock={stock} />}
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!stock && !error && <Loading />}
      {stock && (
        <>
          <Figures figures={figuresOf(stock)} />
          <Section title="Levels">
            <LevelTable stock={stock} />
          </Section>
          <Details stock={stock} />
        </>
      )}
    </Page>
  );
}

const figuresOf = (stock: Availability) => {
  const shortfall = stock.locations.reduce((sum, level) => sum + level.shortfall, 0);
  return [
    { label: 'On hand', value: count(stock.on_hand) },
    { label: 'Reserved', value: count(stock.reserved), note: 'held for payment' },
    { label: 'Allocated', value: count(stock.allocated), note: 'sold, not shipped' },
    { label: 'Available', value: count(stock.available), note: stock.active ? undefined : 'paused' },
    { label: 'Waiting in line', value: count(stock.waiting) },
    { label: 'Missing', value: count(shortfall), note: 'promised, not there', isAlarming: shortfall > 0 },
  ];
};

function SkuActions({ stock }: { readonly stock: Availability }) {
  const { data: locations = [] } = useQuery(locationsQuery());
  const hasLevels = stock.locations.length > 0;
  return (
    <>
      <ActionButton action={pauseAction(stock)} variant="filled" />
      {hasLevels && <ActionButton action={countAction(stock)} />}
      <ActionButton action={adjustAction(stock, locations)} />
      {hasLevels && <ActionButton action={transferAction(stock, locations)} />}
      {hasLevels && <ActionButton action={backorderAction(stock)} />}
    </>
  );
}

const FIRST_TAB = 'promises';

/** What is below the levels; the chosen tab stands in the address. */
function Details({ stock }: { readonly stock: Availability }) {
  const can = useCan();
  const [search, setSearch] = useQueryString();
  const seesReservations = can('reservations:read');
  const shown = search.get('tab') ?? (seesReservations ? FIRST_TAB : 'movements');
  const { sku } = stock;
  return (
    <Tabs
      value={shown}
      onChange={(tab) => setSearch(new URLSearchParams({ tab: tab ?? FIRST_TAB }))}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {seesReservations && <Tabs.Tab value="promises">Who has it</Tabs.Tab>}
        <Tabs.Tab value="movements">Movements</Tabs.Tab>
        <Tabs.Tab value="settings">Settings</Tabs.Tab>
        <Tabs.Tab value="units">Where did the units go?</Tabs.Tab>
        {seesReservations && <Tabs.Tab value="demand">Demand</Tabs.Tab>}
        {seesReservations && <Tabs.Tab value="waiting">Waiting in line</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="promises">
        <Promises stock={stock} />
      </Tabs.Panel>
      <Tabs.Panel value="movements">
        <MovementList stock={stock} />
      </Tabs.Panel>
      <Tabs.Panel value="settings">
        <Settings sku={sku} />
      </Tabs.Panel>
      <Tabs.Panel value="units">
        <UnitsExplained sku={sku} />
      </Tabs.Panel>
      <Tabs.Panel value="demand">
        <DemandReport sku={sku} />
      </Tabs.Panel>
      <Tabs.Panel value="waiting">
        <Waiters sku={sku} />
      </Tabs.Panel>
    </Tabs>
  );
}
