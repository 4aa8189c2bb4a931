/** The colours of the map, by day and by night. Names are those of what is drawn, not of the colour. */

import type { UnitGroup } from './categories';

export type Palette = {
  ground: string;
  underground: string;
  outdoor: Record<'plaza' | 'road' | 'green' | 'covered' | 'cooled', string>;
  outdoorLine: string;
  building: string;
  buildingLine: string;
  floor: string;
  wall: string;
  unit: Record<UnitGroup, string>;
  text: string;
  textQuiet: string;
  textSection: string;
  halo: string;
  badge: string;
  badgeSign: string;
  route: string;
  routeCasing: string;
  routeElsewhere: string;
  position: string;
  selection: string;
};

export const DAY: Palette = {
  ground: '#f1e8d9',
  underground: '#ded5c6',
  outdoor: {
    plaza: '#fbf6ec',
    road: '#e7ddcc',
    green: '#d3dcb9',
    covered: '#f3e3c3',
    cooled: '#d3e8e4',
  },
  outdoorLine: '#e0d3bd',
  building: '#e2d4be',
  buildingLine: '#cbb99c',
  floor: '#fdfaf4',
  wall: '#b8a587',
  unit: {
    walk: '#fdfaf4',
    room: '#f3e4cc',
    food: '#f8d9bd',
    stay: '#e6dcea',
    office: '#e4e1d6',
    rest: '#cfe0ee',
    vertical: '#d8c7ad',
    transit: '#d5e2ee',
    closed: '#e3dacb',
    wall: '#b8a587',
    void: '#efe7da',
    green: '#d3dcb9',
    road: '#e7ddcc',
  },
  text: '#3a2f22',
  textQuiet: '#655640',
  textSection: '#8a1538',
  halo: '#fdfaf4',
  badge: '#5b4a35',
  badgeSign: '#fdfaf4',
  route: '#8a1538',
  routeCasing: '#ffffff',
  routeElsewhere: '#a9697c',
  position: '#1668d6',
  selection: '#8a1538',
};

export const NIGHT: Palette = {
  ground: '#1d1a16',
  underground: '#131110',
  outdoor: {
    plaza: '#2a261f',
    road: '#24211c',
    green: '#263023',
    covered: '#383022',
    cooled: '#1f3836',
  },
  outdoorLine: '#37312a',
  building: '#332d25',
  buildingLine: '#4b4236',
  floor: '#3b352c',
  wall: '#6a5d4c',
  unit: {
    walk: '#3b352c',
    room: '#4a3f30',
    food: '#54402f',
    stay: '#453c4b',
    office: '#403d36',
    rest: '#33424f',
    vertical: '#57493a',
    transit: '#35414e',
    closed: '#2f2a24',
    wall: '#6a5d4c',
    void: '#262320',
    green: '#2d3828',
    road: '#2b2722',
  },
  text: '#f4ead9',
  textQuiet: '#cfc1aa',
  textSection: '#ff9db4',
  halo: '#1d1a16',
  badge: '#e6d9c3',
  badgeSign: '#1d1a16',
  route: '#ff7f9f',
  routeCasing: '#1d1a16',
  routeElsewhere: '#b0647a',
  position: '#5ea2ff',
  selection: '#ff7f9f',
};
