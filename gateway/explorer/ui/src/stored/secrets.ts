import { Kind, visit, BREAK, type ASTNode, type DocumentNode, type StringValueNode } from "graphql";
import { operationsOf, parsed } from "../sending/document";
import { looksSecret } from "./secret-names";

/** Whether a text may hold a password: a mutation with a string literal, or anything that does not parse. */
export function mayHoldSecrets(query: string): boolean {
  const document = parsed(query);
  return document === null ? query.trim() !== "" && /["]|mutation/.test(query) : isMutation(document) && hasString(document);
}

export function mutates(query: string): boolean {
  const document = parsed(query);
  return document === null ? query.includes("mutation") : isMutation(document);
}

function isMutation(document: DocumentNode): boolean {
  return operationsOf(document).some(({ operation }) => operation === "mutation");
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

/** Variables that hold secrets: by their own name, or by the name of the argument or field that they are given to. */
export function secretVariables(document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>();
  visit(document, {
    VariableDefinition: ({ variable }) => {
      if (looksSecret(variable.name.value)) {
        found.add(variable.name.value);
      }
    },
    Variable: (node, _key, parent, _path, ancestors) => {
      if (holders(above(parent, ancestors)).some(looksSecret)) {
        found.add(node.name.value);
      }
    },
  });
  return found;
}

type Around = ASTNode | readonly ASTNode[];

/** What a visitor calls ancestors ends above the parent. */
function above(parent: Around | undefined, ancestors: readonly Around[]): readonly Around[] {
  return parent ? [...ancestors, parent] : ancestors;
}

function holders(ancestors: readonly Around[]): string[] {
  return ancestors.flatMap((node) =>
    "kind" in node && (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) ? [node.name.value] : [],
  );
}

/** Variables without those that hold secrets, at any depth. */
export function withoutSecretVariables(
  variables: Readonly<Record<string, unknown>>,
  query: string,
  instead?: (name: string) => unknown,
): Record<string, unknown> {
  const document = parsed(query);
  const secret = document === null ? new Set<string>() : secretVariables(document);
  return cleaned(variables, (name, depth) => looksSecret(name) || (depth === 0 && secret.has(name)), instead, 0);
}

function cleaned(
  value: Readonly<Record<string, unknown>>,
  isSecret: (name: string, depth: number) => boolean,
  instead: ((name: string) => unknown) | undefined,
  depth: number,
): Record<string, unknown> {
  const entries = Object.entries(value).flatMap(([name, item]) => {
    if (isSecret(name, depth)) {
      return instead ? [[name, instead(name)] as const] : [];
    }
    return [[name, deeper(item, isSecret, instead, depth + 1)] as const];
  });
  return Object.fromEntries(entries);
}

function deeper(
  value: unknown,
  isSecret: (name: string, depth: number) => boolean,
  instead: ((name: string) => unknown) | undefined,
  depth: number,
): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => deeper(item, isSecret, instead, depth));
  }
  return typeof value === "object" && value !== null
    ? cleaned(value as Record<string, unknown>, isSecret, instead, depth)
    : value;
}

/**
 * A document's text with other words for the string literals that hold secrets; null where that cannot be told,
 * because the text does not parse.
 */
export function withoutSecretLiterals(query: string, instead: (name: string) => string): string | null {
  const document = parsed(query);
  if (document === null) {
    return null;
  }
  const found: { readonly node: StringValueNode; readonly name: string }[] = [];
  visit(document, {
    StringValue: (node, _key, parent, _path, ancestors) => {
      const all = above(parent, ancestors);
      const name = [...holders(all), ...variableNames(all)].find(looksSecret);
      if (name !== undefined) {
        found.push({ node, name });
      }
    },
  });
  return found.reduceRight(
    (text, { node, name }) => text.slice(0, node.loc!.start) + JSON.stringify(instead(name)) + text.slice(node.loc!.end),
    query,
  );
}

/** A variable's default value is a literal too. */
function variableNames(ancestors: readonly Around[]): string[] {
  return ancestors.flatMap((node) =>
    "kind" in node && node.kind === Kind.VARIABLE_DEFINITION ? [node.variable.name.value] : [],
  );
}
