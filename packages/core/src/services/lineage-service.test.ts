import { beforeEach, describe, expect, it } from 'vitest';
import type { AssetId } from '@pixsim7/contracts';
import { createBench } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { buildLineageEdge, builtCaller, buildCaller } from '@pixsim7/testkit/builders';

let bench: Bench;
let photo: AssetId, clip: AssetId, longer: AssetId, sibling: AssetId;

const connect = (
  parentId: AssetId,
  childId: AssetId,
  relation: 'first_frame' | 'extends',
  atS: number | null = null,
) =>
  bench.write((transaction) =>
    transaction.lineage.insert([buildLineageEdge({ parentId, childId }, { relation, atS })]),
  );

beforeEach(async () => {
  bench = createBench();
  photo = await bench.addAsset('image', 'photo');
  clip = await bench.addAsset('video', 'clip');
  longer = await bench.addAsset('video', 'longer');
  sibling = await bench.addAsset('video', 'sibling');
  await connect(photo, clip, 'first_frame');
  await connect(clip, longer, 'extends', 5.04);
  await connect(photo, sibling, 'first_frame');
});

const graphOf = async (id: AssetId, depth: number) => {
  const { nodes, edges } = await bench.core.lineage.of(builtCaller, id, depth);
  return {
    nodes: nodes.map((node) => node.id).sort(),
    edges: edges.map((edge) => `${edge.parent_id} ${edge.relation} ${edge.child_id}`).sort(),
  };
};
const edge = (parent: AssetId, relation: string, child: AssetId): string => `${parent} ${relation} ${child}`;

describe('lineage', () => {
  it('shows ancestors and descendants, not the other branches of an ancestor', async () => {
    expect(await graphOf(clip, 10)).toEqual({
      nodes: [photo, clip, longer].sort(),
      edges: [edge(photo, 'first_frame', clip), edge(clip, 'extends', longer)].sort(),
    });
  });

  it('shows everything that came from the first file', async () => {
    expect((await graphOf(photo, 10)).nodes).toEqual([photo, clip, longer, sibling].sort());
  });

  it('goes as far as it was asked to', async () => {
    expect((await graphOf(photo, 1)).nodes).toEqual([photo, clip, sibling].sort());
    expect((await graphOf(longer, 1)).nodes).toEqual([clip, longer].sort());
    expect((await graphOf(longer, 2)).nodes).toEqual([photo, clip, longer].sort());
  });

  it('tells where in its parent an extension begins, and nothing for a still', async () => {
    const { edges } = await bench.core.lineage.of(builtCaller, clip, 1);
    expect(edges.find(({ relation }) => relation === 'extends')?.at_s).toBe(5.04);
    expect(edges.find(({ relation }) => relation === 'first_frame')).not.toHaveProperty('at_s');
  });

  it('keeps the place of a deleted ancestor', async () => {
    await bench.core.assets.delete(builtCaller, clip);
    const { nodes } = await bench.core.lineage.of(builtCaller, longer, 10);
    expect(nodes.find(({ id }) => id === clip)?.state).toBe('deleted');
    expect(nodes.map(({ id }) => id)).toContain(photo);
  });

  it('shows an asset that came from nothing alone', async () => {
    const alone = await bench.addAsset('image', 'alone');
    expect(await graphOf(alone, 10)).toEqual({ nodes: [alone], edges: [] });
  });

  it('shows a diamond once', async () => {
    await connect(sibling, longer, 'first_frame');
    expect((await graphOf(longer, 10)).nodes).toEqual([photo, clip, longer, sibling].sort());
    expect((await graphOf(longer, 10)).edges).toHaveLength(4);
  });

  it('is not told to strangers', async () => {
    await expect(bench.core.lineage.of(buildCaller(), clip, 1)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
