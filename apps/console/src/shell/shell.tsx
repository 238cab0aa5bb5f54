import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '../router.tsx';
import { Pages } from './pages.tsx';
import { Navigation } from './navigation.tsx';
import { SearchBox } from './search-box.tsx';
import { SessionMenu } from './session-menu.tsx';

export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <AppShell.Header px="md">
        <Group h="100%" wrap="nowrap" gap="sm" justify="space-between">
          <Group gap="xs" wrap="nowrap" className="no-shrink">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Text component={Link} to="/" fw={700} visibleFrom="sm" className="brand">
              Holdfast
            </Text>
          </Group>
          <SearchBox />
          <SessionMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Navigation">
        <Navigation onFollow={close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <div className="content">
          <Pages />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
