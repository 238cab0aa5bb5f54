import { defineConfig } from 'vite';

/** The API serves the page with a nonce of its own each time (apps/api/src/operations/serve-console.ts). */
export default defineConfig({
  base: '/console/',
  html: { cspNonce: '@@nonce@@' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The first that know light-dark(), with which every colour of both schemes is written.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0, // the policy of the page has no data: but for images
    chunkSizeWarningLimit: 1_200,
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { runtime: 'automatic' } },
});
