import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { Scope } from '../api/types.ts';
import type { PathParams } from '../paths.ts';
import type { IconName } from './icons.tsx';

export interface PageProps {
  /** From the address. */
  readonly params: PathParams;
}

interface PageRoute {
  readonly path: string;
  readonly page: LazyExoticComponent<ComponentType<PageProps>>;
  /** Without this scope the page has nothing to show. */
  readonly scope: Scope;
  /** Its entry in the navigation; none: links lead there. */
  readonly entry?: { readonly label: string; readonly icon: IconName };
}

/** Every page of the console, in the order of the navigation. */
export const ROUTES: readonly PageRoute[] = [
  {
    path: '/',
    page: lazy(() => import('../pages/overview/overview-page.tsx')),
    scope: 'ops:read',
    entry: { label: 'Overview', icon: 'overview' },
  },
  {
    path: '/live',
    page: lazy(() => import('../pages/live/live-page.tsx')),
    scope: 'events:read',
    entry: { label: 'Live', icon: 'live' },
  },
  {
    path: '/reservations',
    page: lazy(() => import('../pages/reservations/reservations-page.tsx')),
    scope: 'reservations:read',
    entry: { label: 'Reservations', icon: 'reservations' },
  },
  {
    path: '/reservations/:id',
    page: lazy(() => import('../pages/reservation/reservation-page.tsx')),
    scope: 'reservations:read',
  },
  {
    path: '/orders/:order',
    page: lazy(() => import('../pages/order/order-page.tsx')),
    scope: 'reservations:read',
  },
  {
    path: '/stock',
    page: lazy(() => import('../pages/stock/stock-page.tsx')),
    scope: 'stock:read',
    entry: { label: 'Stock', icon: 'stock' },
  },
  {
    path: '/skus/:sku',
    page: lazy(() => import('../pages/sku/sku-page.tsx')),
    scope: 'stock:read',
  },
  {
    path: '/warehouse',
    page: lazy(() => import('../pages/warehouse/warehouse-page.tsx')),
    scope: 'ops:read',
    entry: { label: 'Warehouse', icon: 'warehouse' },
  },
  {
    path: '/warehouse/:id',
    page: lazy(() => import('../pages/warehouse/sync-page.tsx')),
    scope: 'ops:read',
  },
  {
    path: '/imports',
    page: lazy(() => import('../pages/imports/imports-page.tsx')),
    scope: 'stock:read',
    entry: { label: 'Imports', icon: 'imports' },
  },
  {
    path: '/imports/:id',
    page: lazy(() => import('../pages/imports/import-page.tsx')),
    scope: 'stock:read',
  },
  {
    path: '/events',
    page: lazy(() => import('../pages/events/events-page.tsx')),
    scope: 'events:read',
    entry: { label: 'Events', icon: 'events' },
  },
  {
    path: '/events/:id',
    page: lazy(() => import('../pages/events/event-page.tsx')),
    scope: 'events:read',
  },
  {
    path: '/events/endpoints/:id',
    page: lazy(() => import('../pages/events/endpoint-page.tsx')),
    scope: 'webhooks:read',
  },
  {
    path: '/reconciliation',
    page: lazy(() => import('../pages/reconciliation/reconciliation-page.tsx')),
    scope: 'ops:read',
    entry: { label: 'Reconciliation', icon: 'reconciliation' },
  },
  {
    path: '/reconciliation/:id',
    page: lazy(() => import('../pages/reconciliation/run-page.tsx')),
    scope: 'ops:read',
  },
  {
    path: '/system',
    page: lazy(() => import('../pages/system/system-page.tsx')),
    scope: 'ops:read',
    entry: { label: 'System', icon: 'system' },
  },
];
