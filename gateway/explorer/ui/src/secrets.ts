import { Kind, parse, visit, BREAK, type DocumentNode } from "graphql";

/** Whether a text may hold a password: a mutation with a string literal, or anything that does not parse. */
export function mayHoldSecrets(query: string): boolean {
  const document = parsed(query);
  return document === null ? query.trim() !== "" && /["]|mutation/.test(query) : isMutation(document) && hasString(document);
}

export function mutates(query: string): boolean {
  const document = parsed(query);
  return document === null ? query.includes("mutation") : isMutation(document);
}

function parsed(query: string): DocumentNode | null {
  try {
    return parse(query, { noLocation: true });
  } catch {
    return null;
  }
}

function isMutation(document: DocumentNode): boolean {
  return document.definitions.some(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.operation === "mutation",
  );
}

function hasString(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    StringValue: () => {
      found = true;
      return BREAK;
    },
  });
  return found;
}
