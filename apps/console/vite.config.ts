import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Writes each asset compressed beside itself: apps/api/src/operations/serve-console.ts sends these. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir = 'dist' }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => /\.(js|css|svg)$/.test(each))) {
      const file = join(dir, name);
      const content = readFileSync(file);
      writeFileSync(`${file}.br`, brotliCompressSync(content));
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    }
  },
};

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
  plugins: [compressed],
});
