import { Kind, parse, type DefinitionNode, type DocumentNode, type OperationDefinitionNode } from "graphql";

export function parsed(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

export function operationsOf(document: DocumentNode | null): readonly OperationDefinitionNode[] {
  return document?.definitions.filter(isOperation) ?? [];
}

/** The only operation's name: GraphiQL's own notion lags behind for a moment when the tab changes. */
export function nameOf(query: string): string | null {
  const operations = operationsOf(parsed(query));
  return operations.length === 1 ? (operations[0]?.name?.value ?? null) : null;
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}
