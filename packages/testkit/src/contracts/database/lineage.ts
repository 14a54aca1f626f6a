import { describe, expect, it } from 'vitest';
import { buildLineageEdge } from '../../builders/index.ts';
import { givenAsset } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeLineage(underTest: DatabaseUnderTest): void {
  describe('lineage', () => {
    it('is found from the child and from the parent', async () => {
      const { first, second, further, parents, children, none } = await underTest.run(async (transaction) => {
        const [grandparent, parent, other, child] = [
          await givenAsset(transaction),
          await givenAsset(transaction),
          await givenAsset(transaction),
          await givenAsset(transaction),
        ];
        const first = buildLineageEdge(
          { childId: child.id, parentId: parent.id },
          { relation: 'extends', atS: 4.958 },
        );
        const second = buildLineageEdge(
          { childId: child.id, parentId: other.id },
          { relation: 'reference', position: 1 },
        );
        const further = buildLineageEdge({ childId: parent.id, parentId: grandparent.id });
        await transaction.lineage.insert([second, first]);
        await transaction.lineage.insert([further]);
        return {
          first,
          second,
          further,
          parents: await transaction.lineage.toParents([child.id]),
          children: await transaction.lineage.toChildren([parent.id, grandparent.id]),
          none: [
            await transaction.lineage.toParents([]),
            await transaction.lineage.toChildren([]),
            await transaction.lineage.toParents([grandparent.id]),
            await transaction.lineage.toChildren([child.id]),
          ],
        };
      });
      expect(parents).toEqual([first, second]);
      expect(new Set(children)).toEqual(new Set([first, further]));
      expect(children).toHaveLength(2);
      expect(second.position).toBe(1);
      expect(none).toEqual([[], [], [], []]);
    });

    it('writes nothing when there is nothing to write', async () => {
      await expect(underTest.run((transaction) => transaction.lineage.insert([]))).resolves.toBeUndefined();
    });

    it('refuses the same edge twice, and allows one parent in two places', async () => {
      const edge = await underTest.run(async (transaction) => {
        const [child, parent] = [await givenAsset(transaction), await givenAsset(transaction)];
        const edge = buildLineageEdge({ childId: child.id, parentId: parent.id }, { relation: 'keyframe' });
        await transaction.lineage.insert([edge, { ...edge, position: 1 }]);
        return edge;
      });
      const second = underTest.run((transaction) => transaction.lineage.insert([edge]));
      await expect(second).rejects.toMatchObject({ code: 'unique_violation' });
      const edges = await underTest.run((transaction) => transaction.lineage.toParents([edge.childId]));
      expect(edges.map(({ position }) => position)).toEqual([0, 1]);
    });
  });
}
