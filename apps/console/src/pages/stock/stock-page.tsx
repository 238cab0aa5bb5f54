import { Tabs } from '@mantine/core';
import { Page } from '../../parts/page.tsx';
import { useQueryString } from '../../router.tsx';
import { LevelGrid } from './level-grid.tsx';
import { LowStock } from './low-stock.tsx';
import { Shortfalls } from './shortfalls.tsx';
import { Snapshots } from './snapshots.tsx';

const FIRST_TAB = 'levels';

export default function StockPage() {
  const [search, setSearch] = useQueryString();
  return (
    <Page title="Stock">
      <Tabs
        value={search.get('tab') ?? FIRST_TAB}
        onChange={(tab) => setSearch(new URLSearchParams({ tab: tab ?? FIRST_TAB }))}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value={FIRST_TAB}>Levels</Tabs.Tab>
          <Tabs.Tab value="low">Low stock</Tabs.Tab>
          <Tabs.Tab value="missing">Missing units</Tabs.Tab>
          <Tabs.Tab value="snapshots">Snapshots</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={FIRST_TAB}>
          <LevelGrid />
        </Tabs.Panel>
        <Tabs.Panel value="low">
          <LowStock />
        </Tabs.Panel>
        <Tabs.Panel value="missing">
          <Shortfalls />
        </Tabs.Panel>
        <Tabs.Panel value="snapshots">
          <Snapshots />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
