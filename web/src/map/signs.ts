/** The signs on the map, drawn as badges in the palette's colours: 24 x 24 outlines, no file to fetch. */

import type { Map as MapLibreMap } from 'maplibre-gl';
import type { Sign } from './categories';
import type { Palette } from './palette';

const BADGE_PX = 24;
const PIXEL_RATIO = 3;

export const SIGN_PATHS: Record<Sign, string> = {
  lift: 'M8 10.5 12 6l4 4.5M8 13.5l4 4.5 4-4.5',
  stairs: 'M6 17.5h3v-3.5h3v-3.5h3V7h3',
  escalator: 'M6 17h2.5L15.5 8H18M13 17h5m0 0-2.2-2M18 17l-2.2 2',
  ramp: 'M5.5 17h13V9.5z',
  restroom: 'M9 6.4v.1M15 6.4v.1M9 9v5.5M9 14.5V18M7 10.5h4M15 9l-2 5.5h4zM15 14.5V18',
  information: 'M12 10.8V17M12 7v.2',
  prayer: 'M6.5 18v-5a5.5 5.5 0 0 1 11 0v5zM12 5v2.4M10 18v-3a2 2 0 0 1 4 0v3',
  food: 'M8.5 6v4.5M8.5 10.5V18M6.8 6v3.2a1.7 1.7 0 0 0 3.4 0V6M15.5 18V6c-1.8.8-2.4 3-2.4 6h2.4',
  train:
    'M8 6h8a1 1 0 0 1 1 1v7.5a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 14.5V7a1 1 0 0 1 1-1zM7 11.5h10M9.5 16l-1.7 2.5M14.5 16l1.7 2.5',
  tram: 'M8 8.5h8a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V9.5a1 1 0 0 1 1-1zM12 8.5 9.5 5.5h5M7 12.5h10M9.5 16l-1 2.2M14.5 16l1 2.2',
  parking: 'M9.5 18V6.5h3.3a3.2 3.2 0 0 1 0 6.4H9.5',
  money: 'M5.5 8h13v8h-13zM12 10.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z',
  firstaid: 'M12 6.5v11M6.5 12h11',
  water: 'M12 5.5c2.8 3.4 4.2 5.7 4.2 7.8a4.2 4.2 0 0 1-8.4 0c0-2.1 1.4-4.4 4.2-7.8z',
  entrance: 'M13 6h4v12h-4M6 12h7M10.5 9.5 13 12l-2.5 2.5',
};

/** Give the map an image of every sign, replacing those of another palette. */
export async function addSigns(map: MapLibreMap, palette: Palette): Promise<void> {
  const signs = Object.entries(SIGN_PATHS);
  const images = await Promise.all(signs.map(([, path]) => drawn(badge(path, palette))));
  signs.forEach(([sign], index) => {
    const image = images[index];
    if (!image) return;
    if (map.hasImage(sign)) map.removeImage(sign);
    map.addImage(sign, image, { pixelRatio: PIXEL_RATIO });
  });
}

function badge(path: string, palette: Palette): string {
  const size = BADGE_PX * PIXEL_RATIO;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 24 24">
    <rect x="1.5" y="1.5" width="21" height="21" rx="7" fill="${palette.badge}" stroke="${palette.halo}" stroke-width="1.5"/>
    <path d="${path}" fill="none" stroke="${palette.badgeSign}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/>
  </svg>`;
}

async function drawn(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}
