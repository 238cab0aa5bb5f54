import { NavLink } from '@mantine/core';
import { Link, usePath } from '../router.tsx';
import { useCan } from '../session/caller.tsx';
import { Icon } from './icons.tsx';
import { ROUTES } from './routes.ts';

export function Navigation({ onFollow }: { readonly onFollow: () => void }) {
  const path = usePath();
  const can = useCan();
  const isShown = (to: string) => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`));
  return ROUTES.filter(({ entry, scope }) => entry && can(scope)).map(({ path: to, entry }) => (
    <NavLink
      key={to}
      component={Link}
      to={to}
      onClick={onFollow}
      active={isShown(to)}
      aria-current={isShown(to) ? 'page' : undefined}
      label={entry?.label}
      leftSection={entry && <Icon name={entry.icon} />}
      className="nav-link"
    />
  ));
}
