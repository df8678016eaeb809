import { valueAt } from "../path";
import { uuid } from "../random";

/**
 * `{{…}}` in the strings of a tab's variables, filled in when the operation is sent:
 *
 *   {{Operation.path.to.value}}   from the latest answer to that operation in this page
 *   {{A.x | B.y}}                 the first that has a value
 *   {{now}} {{now+2h}} {{now-30m}} {{now+7d}}   the present moment, shifted, in UTC
 *   {{today}} {{today-7d}}        the same as a date
 *   {{uuid}}                      a fresh one for every request
 *   {{link.key}}                  from `#key=value` of the link that opened the page (see link.ts)
 *
 * The editor keeps showing the template: a tab can be run again tomorrow and still means what it says.
 */
export type Answers = Readonly<Record<string, unknown>>;

export interface Binding {
  readonly template: string;
  /** Operations that can give the value; empty for times and uuids. */
  readonly sources: readonly string[];
  readonly value: unknown;
}

/** Under this name the answers hold what came with the page's link. */
export const LINK = "link";

const TEMPLATE = /\{\{([^{}]*)\}\}/g;
const MOMENT = /^(now|today)(?:([+-]\d+)([mhd]))?$/;
const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export class Unbound extends Error {
  constructor(readonly binding: Binding) {
    super(`${binding.template} has no value yet: ${whence(binding.sources)}.`);
  }
}

function whence(sources: readonly string[]): string {
  return sources.includes(LINK) ? "it comes with a link that opens this page" : `run ${sources.join(" or ")} first`;
}

export function resolve(value: unknown, answers: Answers): unknown {
  if (typeof value === "string") {
    return resolveText(value, answers);
  }
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, answers));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, answers)]));
  }
  return value;
}

/** The same, but what has no value yet stays a template. */
export function resolveKnown(value: unknown, answers: Answers): unknown {
  if (typeof value === "string") {
    return bindings(value, answers).some((binding) => binding.value === undefined || binding.value === null) ? value : resolveText(value, answers);
  }
  if (Array.isArray(value)) {
    return value.map((item) => resolveKnown(item, answers));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveKnown(item, answers)]));
  }
  return value;
}

/** Every distinct template in a text of variables, with what it would be replaced by now. */
export function bindings(variables: string, answers: Answers): Binding[] {
  const found = new Set(Array.from(variables.matchAll(TEMPLATE), (match) => match[0]));
  return Array.from(found, (template) => bind(template, answers));
}

/** Every place of an earlier answer that a text of variables names. */
export function references(variables: string): { readonly operation: string; readonly path: string }[] {
  const choices = Array.from(variables.matchAll(TEMPLATE)).flatMap((match) => choicesOf(match[0]));
  return choices
    .filter((choice) => builtIn(choice) === undefined)
    .map((choice) => {
      const [operation = "", ...path] = choice.split(".");
      return { operation, path: path.join(".") };
    })
    .filter(({ operation, path }) => operation !== LINK && path !== "");
}

export function isTemplate(value: unknown): value is string {
  return typeof value === "string" && /\{\{[^{}]*\}\}/.test(value);
}

/** A string that is one template becomes the value itself, so that numbers and lists keep their type. */
function resolveText(text: string, answers: Answers): unknown {
  if (/^\{\{[^{}]*\}\}$/.test(text)) {
    return required(text, answers);
  }
  return text.replace(TEMPLATE, (template) => String(required(template, answers)));
}

function required(template: string, answers: Answers): unknown {
  const binding = bind(template, answers);
  if (binding.value === undefined || binding.value === null) {
    throw new Unbound(binding);
  }
  return binding.value;
}

function bind(template: string, answers: Answers): Binding {
  const choices = choicesOf(template);
  const sources: string[] = [];
  let value: unknown;
  for (const choice of choices) {
    const made = builtIn(choice);
    const [operation = "", ...path] = choice.split(".");
    if (made === undefined) {
      sources.push(operation);
    }
    value ??= made ?? valueAt(answers[operation], path.join("."));
  }
  return { template, sources, value };
}

function choicesOf(template: string): string[] {
  return template.slice(2, -2).split("|").map((choice) => choice.trim());
}

function builtIn(expression: string): string | undefined {
  if (expression === "uuid") {
    return uuid();
  }
  const match = MOMENT.exec(expression);
  if (match === null) {
    return undefined;
  }
  const shift = Number(match[2] ?? 0) * MILLISECONDS[(match[3] ?? "m") as keyof typeof MILLISECONDS];
  const moment = new Date(Date.now() + shift).toISOString();
  return match[1] === "today" ? moment.slice(0, 10) : `${moment.slice(0, 19)}Z`;
}
