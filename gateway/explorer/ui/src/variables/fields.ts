import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  print,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type TypeNode,
  type VariableDefinitionNode,
} from "graphql";
import { operationsOf, parsed } from "../sending/document";
import { looksSecret } from "../stored/secret-names";

export type ScalarInput = "text" | "secret" | "number" | "decimal" | "date" | "time" | "moment" | "boolean" | "any";

/** How a value is typed in. */
export type Field =
  | { readonly kind: "scalar"; readonly input: ScalarInput; readonly whole: boolean }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "list"; readonly item: Field; readonly itemRequired: boolean }
  | { readonly kind: "object"; readonly type: GraphQLInputType };

export interface NamedField {
  readonly name: string;
  /** As the schema writes it. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  readonly field: Field;
}

/** The variables of a document's operations, each once; null: the document does not parse. */
export function variablesOf(query: string, schema: GraphQLSchema | null | undefined): readonly NamedField[] | null {
  const document = parsed(query);
  if (document === null) {
    return query.trim() === "" ? [] : null;
  }
  const definitions = operationsOf(document).flatMap((operation) => operation.variableDefinitions ?? []);
  const byName = new Map(definitions.map((definition) => [definition.variable.name.value, definition]));
  return Array.from(byName.values(), (definition) => variableField(definition, schema));
}

function variableField({ variable, type, defaultValue }: VariableDefinitionNode, schema: GraphQLSchema | null | undefined): NamedField {
  const name = variable.name.value;
  const known = schema ? (typeFromAST(schema, type) as GraphQLInputType | undefined) : undefined;
  return {
    name,
    type: print(type),
    required: type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined,
    description: "",
    field: known ? fieldOf(known, name) : fieldByName(type, name),
  };
}

/** The fields of an input object, in the schema's order. */
export function inputFields(type: GraphQLInputType): readonly NamedField[] {
  const object = getNullableType(type);
  return isInputObjectType(object)
    ? Object.values(object.getFields()).map(({ name, type: inner, description, defaultValue }) => ({
        name,
        type: String(inner),
        required: isNonNullType(inner) && defaultValue === undefined,
        description: description ?? "",
        field: fieldOf(inner, name),
      }))
    : [];
}

function fieldOf(type: GraphQLInputType, name: string): Field {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return { kind: "list", item: fieldOf(nullable.ofType as GraphQLInputType, name), itemRequired: isNonNullType(nullable.ofType) };
  }
  if (isEnumType(nullable)) {
    return { kind: "enum", values: nullable.getValues().map((value) => value.name) };
  }
  return isInputObjectType(nullable) ? { kind: "object", type: nullable } : scalarField(String(nullable), name);
}

/** Where no schema is shown, a type is known by its name only. */
function fieldByName(type: TypeNode, name: string): Field {
  switch (type.kind) {
    case Kind.NON_NULL_TYPE:
      return fieldByName(type.type, name);
    case Kind.LIST_TYPE:
      return { kind: "list", item: fieldByName(type.type, name), itemRequired: type.type.kind === Kind.NON_NULL_TYPE };
    default:
      return scalarField(type.name.value, name);
  }
}

function scalarField(type: string, name: string): Field {
  return { kind: "scalar", input: inputFor(type, name), whole: /^(Int|Long|Short|BigInt|Byte)/.test(type) };
}

/** Scalars that no specification defines are known by the names that schemas commonly give them. */
function inputFor(type: string, name: string): ScalarInput {
  if (/^(Int|Float|Long|Short|Byte)$/.test(type)) {
    return "number";
  }
  if (type === "Boolean") {
    return "boolean";
  }
  if (/^(DateTime|Timestamp|Instant)/i.test(type)) {
    return "moment";
  }
  if (type === "Date" || type === "LocalDate") {
    return "date";
  }
  if (type === "Time" || type === "LocalTime") {
    return "time";
  }
  if (/^(Decimal|BigDecimal|BigInt)$/.test(type)) {
    return "decimal";
  }
  if (/^(String|ID|UUID)$/.test(type)) {
    return looksSecret(name) ? "secret" : "text";
  }
  return "any";
}
