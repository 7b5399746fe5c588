import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * What rotations can be searched by in the Temporal UI. All must be registered in the namespace before the
 * first start: setting an unregistered one repeats the workflow task for ever.
 */
export const searchAttributes = {
  fleet: defineSearchAttributeKey('MeshturnFleet', SearchAttributeType.KEYWORD),
  mesh: defineSearchAttributeKey('MeshturnMesh', SearchAttributeType.KEYWORD),
  kind: defineSearchAttributeKey('MeshturnKind', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('MeshturnPhase', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('MeshturnState', SearchAttributeType.KEYWORD),
  cluster: defineSearchAttributeKey('MeshturnCluster', SearchAttributeType.KEYWORD_LIST),
};
