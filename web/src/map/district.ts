/** The features of one published map: the streets at once, every other level when it is first shown. */

import { features } from '../api/venues';
import type { Labels } from '../api/types';
import { groupOf } from './categories';
import { boxOf } from './geometry';
import { categoryOf, idOf, namedLabel, tenants, unitLabels } from './labels';
import type { LabelPoint, MapFeature, Tenants } from './labels';
import type { LevelArea } from './levels';

/** What is drawn of a level. */
export type Floor = {
  floor: MapFeature[];
  units: MapFeature[];
  openings: MapFeature[];
  labels: LabelPoint[];
};

export const NO_FLOOR: Floor = { floor: [], units: [], openings: [], labels: [] };

export class District {
  readonly #floors = new Map<string, Promise<Floor>>();

  private constructor(
    private readonly fetchFeatures: (type: string, level?: string) => Promise<MapFeature[]>,
    readonly levels: readonly LevelArea[],
    private readonly levelFeatures: ReadonlyMap<string, MapFeature>,
    readonly footprints: readonly MapFeature[],
    readonly labels: readonly LabelPoint[],
    private readonly tenants: Promise<Tenants>,
  ) {}

  static async load(slug: string, hash: string): Promise<District> {
    const fetchFeatures = async (type: string, level?: string): Promise<MapFeature[]> =>
      (await features(slug, hash, type, level)).features;
    const [levels, footprints, buildings, sections] = await Promise.all(
      ['level', 'footprint', 'building', 'section'].map((type) => fetchFeatures(type)),
    );
    const inUnits = Promise.all(['occupant', 'anchor', 'amenity'].map((type) => fetchFeatures(type)));
    return new District(
      fetchFeatures,
      (levels ?? []).flatMap(levelArea),
      new Map((levels ?? []).map((level) => [idOf(level), level])),
      footprints ?? [],
      [...buildingLabels(footprints ?? [], buildings ?? []), ...sectionLabels(sections ?? [])],
      inUnits.then(([occupants, anchors, amenities]) =>
        tenants(occupants ?? [], anchors ?? [], amenities ?? []),
      ),
    );
  }

  /** What lies under the sky at street level: the ground of every other level. */
  async streets(): Promise<Floor> {
    return this.floorsOf(this.levels.filter((level) => level.outdoor && level.ordinal === 0));
  }

  /** What is on these levels together; each is fetched once. */
  async floorsOf(levels: readonly LevelArea[]): Promise<Floor> {
    const floors = await Promise.all(levels.map((level) => this.#floorOf(level)));
    return {
      floor: floors.flatMap((floor) => floor.floor),
      units: floors.flatMap((floor) => floor.units),
      openings: floors.flatMap((floor) => floor.openings),
      labels: floors.flatMap((floor) => floor.labels),
    };
  }

  #floorOf(level: LevelArea): Promise<Floor> {
    const known = this.#floors.get(level.id);
    if (known) return known;
    const fetched = this.#fetchFloor(level);
    this.#floors.set(level.id, fetched);
    // A failed fetch is tried again the next time the level is shown.
    fetched.catch(() => this.#floors.delete(level.id));
    return fetched;
  }

  async #fetchFloor(level: LevelArea): Promise<Floor> {
    const [units, openings, inUnits] = await Promise.all([
      this.fetchFeatures('unit', level.id),
      this.fetchFeatures('opening', level.id),
      this.tenants,
    ]);
    const outline = this.levelFeatures.get(level.id);
    const kind = level.outdoor ? 'street' : 'unit';
    return {
      floor: outline ? [outline] : [],
      units: units.map(drawnUnit),
      openings,
      labels: units.flatMap((unit) => unitLabels(unit, inUnits, kind)),
    };
  }
}

function levelArea(level: MapFeature): LevelArea[] {
  const box = boxOf(level.geometry);
  if (!box) return [];
  const { ordinal, outdoor, short_name } = level.properties;
  const shortName = (short_name as Labels | null | undefined) ?? null;
  return [{ id: idOf(level), ordinal: Number(ordinal), outdoor: outdoor === true, shortName, box }];
}

/** The unit with what the style asks of it. */
function drawnUnit(unit: MapFeature): MapFeature {
  const covered = unit.properties['dalil:covered'] === true;
  const cooled = unit.properties['dalil:cooled'] === true;
  return { ...unit, properties: { id: idOf(unit), group: groupOf(categoryOf(unit)), covered, cooled } };
}

/** Each building's name once, on its largest footprint's middle or its own display point. */
function buildingLabels(footprints: readonly MapFeature[], buildings: readonly MapFeature[]): LabelPoint[] {
  const footprintOf = new Map<string, MapFeature>();
  for (const footprint of footprints) {
    for (const id of (footprint.properties['building_ids'] as string[] | undefined) ?? [])
      footprintOf.set(id, footprint);
  }
  return buildings.flatMap((building) => {
    const geometry = footprintOf.get(idOf(building))?.geometry ?? null;
    return namedLabel({ ...building, geometry }, 'building');
  });
}

/** Each section's name once, although every level has a section of its own. */
function sectionLabels(sections: readonly MapFeature[]): LabelPoint[] {
  const byName = new Map(sections.map((section) => [JSON.stringify(section.properties['name']), section]));
  return [...byName.values()].flatMap((section) => namedLabel(section, 'section'));
}
