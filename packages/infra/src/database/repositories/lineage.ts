import { inArray } from 'drizzle-orm';
import type { LineageRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { lineageEdges } from '../schema/index.ts';
import { insertEdges } from '../statements/row-writes.ts';

export function createLineageRepository(repository: RepositoryConnection): LineageRepository {
  const { drizzle: connection } = repository;
  return {
    async insert(edges) {
      await repository.sendAll(insertEdges(edges));
    },
    async toParents(childIds) {
      return connection
        .select()
        .from(lineageEdges)
        .where(inArray(lineageEdges.childId, [...childIds]))
        .orderBy(lineageEdges.childId, lineageEdges.position, lineageEdges.parentId, lineageEdges.relation);
    },
    async toChildren(parentIds) {
      return connection
        .select()
        .from(lineageEdges)
        .where(inArray(lineageEdges.parentId, [...parentIds]))
        .orderBy(lineageEdges.childId, lineageEdges.position, lineageEdges.parentId, lineageEdges.relation);
    },
  };
}
