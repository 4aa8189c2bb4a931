/** IMDF's unit and amenity categories, gathered into the few groups and signs that a visitor can tell apart. */

export type UnitGroup =
  | 'walk'
  | 'room'
  | 'food'
  | 'stay'
  | 'office'
  | 'rest'
  | 'vertical'
  | 'transit'
  | 'closed'
  | 'wall'
  | 'void'
  | 'green'
  | 'road';

export type Sign =
  | 'lift'
  | 'stairs'
  | 'escalator'
  | 'ramp'
  | 'restroom'
  | 'information'
  | 'prayer'
  | 'food'
  | 'train'
  | 'tram'
  | 'parking'
  | 'money'
  | 'firstaid'
  | 'water'
  | 'entrance';

// Categories of IMDF 1.0.0 (OGC 20-094), "Unit Category"; one that is not listed is drawn as a room.
const GROUPS: Record<UnitGroup, string> = {
  walk: 'walkway walkway.island footbridge lobby foyer terrace unspecified waitingroom',
  room: 'room store retail',
  food: 'foodservice kitchen privatelounge lounge',
  stay: 'auditorium classroom fieldofplay fitnessroom laboratory library movietheater recreation theater mothersroom',
  office: 'office conferenceroom huddleroom phoneroom',
  rest: 'restroom restroom.family restroom.female restroom.female.wheelchair restroom.male restroom.male.wheelchair restroom.transgender restroom.unisex restroom.unisex.wheelchair restroom.wheelchair shower firstaid',
  vertical: 'elevator escalator movingwalkway ramp stairs steps',
  transit: 'platform',
  closed: 'nonpublic storage serverroom mailroom smokingarea',
  wall: 'brick column concrete drywall glass structure wood',
  void: 'opentobelow unenclosedarea',
  green: 'vegetation',
  road: 'road parking',
};

const GROUP_OF = new Map(
  Object.entries(GROUPS).flatMap(([group, categories]) =>
    categories.split(' ').map((category) => [category, group as UnitGroup] as const),
  ),
);

const SIGNS: readonly (readonly [RegExp, Sign])[] = [
  [/^elevator/, 'lift'],
  [/^(stairs|steps)/, 'stairs'],
  [/^(escalator|movingwalkway)/, 'escalator'],
  [/^ramp/, 'ramp'],
  [/^restroom/, 'restroom'],
  [/^(information|concierge|ticket|help)/, 'information'],
  [/^(prayerroom|mosque|religious)/, 'prayer'],
  [/^(foodservice|restaurant|cafe|coffee)/, 'food'],
  [/^(rail|subway|train|platform|metro)/, 'train'],
  [/^(tram|lightrail|bus|transit)/, 'tram'],
  [/^parking/, 'parking'],
  [/^(atm|bank|currency)/, 'money'],
  [/^(firstaid|aed|medical)/, 'firstaid'],
  [/^(drinkingfountain|water)/, 'water'],
  [/^entr(y|ance)/, 'entrance'],
];

export function groupOf(category: string): UnitGroup {
  return GROUP_OF.get(category) ?? 'room';
}

/** Return the sign that stands for a category of unit or amenity; null where a name says it better. */
export function signOf(category: string): Sign | null {
  return SIGNS.find(([pattern]) => pattern.test(category))?.[1] ?? null;
}
