/** What the server tells the page; the bundle itself knows no schema. Written by gateway/explorer/page.py. */

export interface Step {
  /** The operation's name: the tab's title, and how templates name its result. */
  readonly operation: string;
  readonly title: string;
  readonly about: string;
  readonly query: string;
  readonly variables: string;
}

export interface Section {
  readonly title: string;
  readonly about: string;
  /** A role that the account running these steps should have; null: anybody, signed in or not. */
  readonly role: string | null;
  readonly steps: readonly Step[];
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "password" | "email";
}

export interface SignIn {
  readonly document: string;
  readonly fields: readonly Field[];
  readonly accessTokenPath: string;
  readonly refreshTokenPath: string | null;
  readonly expiresInPath: string | null;
  /** Where the answer says who signed in; without it the first typed field that is no password. */
  readonly namePath: string | null;
  /** The access token's claim that lists roles. */
  readonly roleClaim: string;
  readonly refresh: {
    readonly document: string;
    readonly variable: string;
    readonly accessTokenPath: string;
    readonly expiresInPath: string | null;
    /** Error codes that mean the refresh token is worth nothing any more. */
    readonly finalCodes: readonly string[];
  } | null;
}

export interface DemoAccount {
  readonly label: string;
  readonly role: string | null;
  readonly values: Readonly<Record<string, string>>;
}

/** What to say and to do where a step fails with one of these codes. */
export interface Hint {
  readonly codes: readonly string[];
  /** Operations that it is for; none: all that no other hint is for. */
  readonly operations: readonly string[];
  readonly text: string;
  /** The operation of the step that helps. */
  readonly step: string | null;
  readonly signIn: boolean;
}

export interface Config {
  readonly title: string;
  readonly endpoint: string;
  /** Changes whenever the sections do: stored tabs are then out of date. */
  readonly revision: string;
  readonly sections: readonly Section[];
  readonly signIn: SignIn | null;
  readonly demoAccounts: readonly DemoAccount[];
  readonly queryPlan: boolean;
  readonly hints: readonly Hint[];
}

export function readConfig(): Config {
  const element = document.getElementById("explorer-config");
  if (element === null) {
    throw new Error("The page carries no configuration.");
  }
  return JSON.parse(element.textContent ?? "") as Config;
}

export function steps(config: Config): Step[] {
  return config.sections.flatMap((section) => section.steps);
}

export function sectionOf(config: Config, operation: string | null | undefined): Section | undefined {
  return config.sections.find((section) => section.steps.some((step) => step.operation === operation));
}
