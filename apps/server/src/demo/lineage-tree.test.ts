import { expect, it } from 'vitest';
import type { Asset, AssetId, Lineage } from '@pixsim7/contracts';
import { drawLineage } from './lineage-tree.ts';

const asset = (id: string): Asset => ({ id: id as AssetId }) as Asset;
const edge = (
  parent: string,
  child: string,
  relation: 'extends' | 'keyframe',
  position = 0,
  at?: number,
) => ({
  parent_id: parent as AssetId,
  child_id: child as AssetId,
  relation,
  position,
  ...(at === undefined ? {} : { at_s: at }),
});

it('draws roots first, children below each of their parents, every edge once', () => {
  const boat: Lineage = {
    nodes: [asset('boat'), asset('pond')],
    edges: [edge('boat', 'pond', 'extends', 0, 5)],
  };
  const day: Lineage = {
    nodes: [asset('dawn'), asset('night'), asset('day')],
    edges: [edge('dawn', 'day', 'keyframe', 0), edge('night', 'day', 'keyframe', 1)],
  };
  expect(drawLineage([boat, boat, day], ({ id }) => id)).toEqual([
    '  boat',
    '     └─ extends at 5 s → pond',
    '  dawn',
    '     └─ keyframe → day',
    '  night',
    '     └─ keyframe → day',
  ]);
});
