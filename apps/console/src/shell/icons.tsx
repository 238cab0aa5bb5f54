/** Line drawings of 24 by 24, by name. */
const PATHS = {
  overview: 'M4 13h6V4H4zM14 20h6V10h-6zM4 20h6v-4H4zM14 7h6V4h-6z',
  live: 'M3 12h4l3-8 4 16 3-8h4',
  reservations: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  stock: 'M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8',
  warehouse: 'M3 20V9l9-5 9 5v11M8 20v-7h8v7M8 16h8',
  imports: 'M12 4v11M7 10l5 5 5-5M5 20h14',
  events: 'M18 9a6 6 0 1 0-12 0c0 6-2 7-2 7h16s-2-1-2-7M10 20h4',
  reconciliation: 'M12 4v16M6 20h12M5 8h14M5 8l-2.5 6h5zM19 8l-2.5 6h5z',
  system: 'M4 5h16v5H4zM4 14h16v5H4zM8 7.5h.01M8 16.5h.01',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5',
  moon: 'M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z',
  key: 'M14 10a4 4 0 1 0-3.5 4L13 16.5h2.5V19H18v2h3v-3z',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
);
