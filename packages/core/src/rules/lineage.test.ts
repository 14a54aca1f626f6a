import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputRoles, lineageRelations, operationTypes } from '@pixsim7/contracts';
import type { InputRole, LineageRelation, OperationType } from '@pixsim7/contracts';
import { buildId, buildJobInput } from '@pixsim7/testkit/builders';
import { lineageEdges } from './lineage.ts';

const jobId = buildId('job');
const childId = buildId('asset');
const assetId = buildId('asset');

describe('lineageEdges', () => {
  it.each<[InputRole, LineageRelation]>([
    ['first_frame', 'first_frame'],
    ['last_frame', 'last_frame'],
    ['keyframe', 'keyframe'],
    ['subject', 'subject'],
    ['background', 'background'],
    ['reference', 'reference'],
    ['audio', 'audio'],
    ['motion', 'motion'],
    ['mask', 'mask'],
  ])('turns the role %s into the relation %s', (role, relation) => {
    const inputs = [buildJobInput({ jobId, assetId }, { role })];
    for (const operation of operationTypes) {
      const [edge] = lineageEdges(childId, operation, inputs, new Map());
      expect(edge).toMatchObject({ childId, parentId: assetId, relation });
    }
  });

  it.each<[OperationType, LineageRelation]>([
    ['video_extend', 'extends'],
    ['lip_sync', 'lip_syncs'],
    ['sound_effect', 'adds_sound_to'],
    ['restyle', 'restyles'],
    ['video_modify', 'modifies'],
    ['swap', 'swaps_in'],
    ['upscale', 'upscales'],
    ['mask_selection', 'mask_of'],
    ['fusion', 'reference'],
  ])('says what %s did to its source', (operation, relation) => {
    const source = buildJobInput({ jobId, assetId }, { role: 'source' });
    expect(lineageEdges(childId, operation, [source], new Map([[assetId, 5]]))).toMatchObject([
      { relation, atS: operation === 'video_extend' ? 5 : null },
    ]);
  });

  it('begins an extension where its source ends', () => {
    const source = buildJobInput({ jobId, assetId }, { role: 'source' });
    expect(lineageEdges(childId, 'video_extend', [source], new Map([[assetId, 5.04]]))[0]?.atS).toBe(5.04);
    expect(lineageEdges(childId, 'video_extend', [source], new Map([[assetId, null]]))[0]?.atS).toBeNull();
    expect(lineageEdges(childId, 'video_extend', [source], new Map())[0]?.atS).toBeNull();
  });

  it('has no time for a still picture', () => {
    const frame = buildJobInput({ jobId, assetId }, { role: 'first_frame' });
    expect(lineageEdges(childId, 'video_extend', [frame], new Map([[assetId, 5]]))[0]?.atS).toBeNull();
  });

  it('has no edge without an input', () => {
    expect(lineageEdges(childId, 'video_extend', [], new Map())).toEqual([]);
  });

  it('is a projection: one edge for each input, in order, the same every time', () => {
    const input = fc
      .record({ role: fc.constantFrom(...inputRoles), position: fc.nat(20) })
      .map((changes) => buildJobInput({ jobId, assetId: buildId('asset') }, changes));
    fc.assert(
      fc.property(fc.array(input, { maxLength: 8 }), (inputs) => {
        const edges = lineageEdges(childId, 'video_extend', inputs, new Map());
        expect(edges.map(({ parentId, position }) => ({ parentId, position }))).toEqual(
          inputs.map((entry) => ({ parentId: entry.assetId, position: entry.position })),
        );
        for (const { relation } of edges) {
          expect(lineageRelations).toContain(relation);
        }
        expect(lineageEdges(childId, 'video_extend', inputs, new Map())).toEqual(edges);
      }),
    );
  });
});
