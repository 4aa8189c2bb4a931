import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// Django serves dist/index.html at `/` and everything else of dist/ below STATIC_URL + "site/".
const STATIC_BASE = '/static/site/';

// `npm run dev` shows the site against a server that is already running there.
const SERVER = process.env['DALIL_SERVER'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: STATIC_BASE,
  plugins: [svelte()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // Fonts and the map worker stay files: they are cached for ever by the hash in their name.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  server: {
    proxy: {
      '/api': SERVER,
      '/ws': { target: SERVER, ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'] },
});
