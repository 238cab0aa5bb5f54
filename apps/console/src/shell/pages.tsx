import { Suspense } from 'react';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, Loading } from '../parts/states.tsx';
import { matchPath } from '../paths.ts';
import { Link, usePath } from '../router.tsx';
import { useCan } from '../session/caller.tsx';
import { ROUTES } from './routes.ts';

/** The page of the present address. */
export function Pages() {
  const path = usePath();
  const can = useCan();
  for (const { path: pattern, page: Shown, scope } of ROUTES) {
    const params = matchPath(pattern, path);
    if (!params) continue;
    if (!can(scope)) return pattern === '/' ? <FirstPage /> : <NotAllowed scope={scope} />;
    return (
      <ErrorBoundary key={path}>
        <Suspense fallback={<Loading />}>
          <Shown params={params} />
        </Suspense>
      </ErrorBoundary>
    );
  }
  return (
    <Page title="There is no such page">
      <Empty
        title="Nothing stands at this address"
        hint={
          <Link to="/" className="link">
            To the start page
          </Link>
        }
      />
    </Page>
  );
}

function NotAllowed({ scope }: { readonly scope: string }) {
  return (
    <Page title="Not with this key">
      <Empty
        title={`This page needs the scope ${scope}`}
        hint="Use another API key: it is in the menu at the top."
      />
    </Page>
  );
}

/** For keys that may not see the overview. */
function FirstPage() {
  const can = useCan();
  const entries = ROUTES.filter(({ scope, entry }) => entry && can(scope));
  return (
    <Page title="Holdfast console">
      <Empty
        title="The overview needs the scope ops:read"
        hint={
          <>
            This key opens:{' '}
            {entries.map(({ path, entry }, index) => (
              <span key={path}>
                {index > 0 && ', '}
                <Link to={path} className="link">
                  {entry?.label}
                </Link>
              </span>
            ))}
          </>
        }
      />
    </Page>
  );
}
