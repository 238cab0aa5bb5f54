import {
  ActionIcon,
  Group,
  Menu,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCaller } from '../session/caller.tsx';
import { setKey, useSession } from '../session/session-store.ts';
import { Icon } from './icons.tsx';

/** Light or dark, and whose key this is. */
export function SessionMenu() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Group gap={4} wrap="nowrap" className="no-shrink">
      <Tooltip label={`Use ${next} colours`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Use ${next} colours`}
          onClick={() => setColorScheme(next)}
        >
          <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
        </ActionIcon>
      </Tooltip>
      <KeyMenu />
    </Group>
  );
}

function KeyMenu() {
  const { key } = useSession();
  const { name, scopes } = useCaller();
  const queries = useQueryClient();
  if (key === null) return null;
  const leave = () => {
    setKey(null);
    queries.clear();
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`API key ${name}`}>
          <Icon name="key" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          Key {name}: {scopes.join(', ')}
        </Menu.Label>
        <Menu.Item onClick={leave}>Use another key</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
