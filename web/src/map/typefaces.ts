/** The letters of the map: our own font files for MapLibre, which draws from them in place of a glyph server. */

import arabic from '@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2?url';
import latin from '@fontsource-variable/noto-sans/files/noto-sans-latin-wght-normal.woff2?url';
import latinExtended from '@fontsource-variable/noto-sans/files/noto-sans-latin-ext-wght-normal.woff2?url';
import type { FontFacesSpecification } from 'maplibre-gl';

export const TYPEFACE = 'Noto Sans Regular';

// Blocks of Unicode 16: Arabic, its supplement, extended A, presentation forms A and B.
const ARABIC = ['U+0600-06FF', 'U+0750-077F', 'U+08A0-08FF', 'U+FB50-FDFF', 'U+FE70-FEFF'];
const LATIN = ['U+0000-00FF', 'U+2000-206F', 'U+20AC', 'U+2122', 'U+2190-2193', 'U+2212'];
const LATIN_EXTENDED = ['U+0100-02AF', 'U+1E00-1EFF'];

export const FONT_FACES: FontFacesSpecification = {
  [TYPEFACE]: [
    { url: absolute(arabic), 'unicode-range': ARABIC },
    { url: absolute(latin), 'unicode-range': LATIN },
    { url: absolute(latinExtended), 'unicode-range': LATIN_EXTENDED },
  ],
};

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}
