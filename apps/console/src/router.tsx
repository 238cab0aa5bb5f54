import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent, type ReactNode } from 'react';

const BASE = '/console';

const listeners = new Set<() => void>();

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange);
  window.addEventListener('popstate', onChange);
  return () => {
    listeners.delete(onChange);
    window.removeEventListener('popstate', onChange);
  };
}

/** Opens an address of the console. `replace`: the browser's Back does not lead to the present one. */
export function navigate(to: string, { replace = false } = {}): void {
  if (replace) window.history.replaceState(null, '', BASE + to);
  else window.history.pushState(null, '', BASE + to);
  if (!replace) window.scrollTo(0, 0);
  for (const listener of listeners) listener();
}

const readPath = () => window.location.pathname.slice(BASE.length) || '/';
const readSearch = () => window.location.search;

/** The path below the console's base, with its escapes. */
export const usePath = (): string => useSyncExternalStore(subscribe, readPath);

function replaceQueryString(next: URLSearchParams): void {
  const text = next.toString();
  navigate(readPath() + (text && `?${text}`), { replace: true });
}

/** What stands behind the `?`, and how to replace it. */
export function useQueryString(): [URLSearchParams, (next: URLSearchParams) => void] {
  const search = useSyncExternalStore(subscribe, readSearch);
  return [new URLSearchParams(search), replaceQueryString];
}

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  readonly to: string;
  readonly children?: ReactNode;
}

/** A link within the console: no page is loaded, but a click that asks for a new tab gets one. */
export function Link({ to, onClick, children, ...others }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a {...others} href={BASE + to} onClick={follow}>
      {children}
    </a>
  );
}
