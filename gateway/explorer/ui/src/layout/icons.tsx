import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {children}
    </svg>
  );
}

export function AccountIcon() {
  return (
    <Icon>
      <circle cx="10" cy="6.5" r="3.5" />
      <path d="M3 17.5c.8-3.6 3.6-5.5 7-5.5s6.2 1.9 7 5.5" />
    </Icon>
  );
}

export function StepsIcon() {
  return (
    <Icon>
      <path d="M2.5 4.5l1.5 1.5 2.5-3M2.5 10.5l1.5 1.5 2.5-3" />
      <circle cx="4.5" cy="16.5" r="1.25" />
      <path d="M10 5h7.5M10 10.75h7.5M10 16.5h7.5" />
    </Icon>
  );
}

export function PlanIcon() {
  return (
    <Icon>
      <rect x="7" y="1.75" width="6" height="4.5" rx="1" />
      <rect x="1.5" y="13.75" width="6" height="4.5" rx="1" />
      <rect x="12.5" y="13.75" width="6" height="4.5" rx="1" />
      <path d="M10 6.25v3.75M4.5 13.75v-2.5a1.25 1.25 0 0 1 1.25-1.25h8.5a1.25 1.25 0 0 1 1.25 1.25v2.5" />
    </Icon>
  );
}

export function OperationIcon() {
  return (
    <Icon>
      <path d="M7 3.5c-2 0-2.5 1-2.5 2.5v1.5c0 1.5-.75 2.5-2 2.5 1.25 0 2 1 2 2.5v1.5c0 1.5.5 2.5 2.5 2.5M13 3.5c2 0 2.5 1 2.5 2.5v1.5c0 1.5.75 2.5 2 2.5-1.25 0-2 1-2 2.5v1.5c0 1.5-.5 2.5-2.5 2.5" />
    </Icon>
  );
}

export function VariablesIcon() {
  return (
    <Icon>
      <path d="M2.5 5.5h7M13.5 5.5h4M2.5 14.5h4M10.5 14.5h7" />
      <circle cx="11.5" cy="5.5" r="2" />
      <circle cx="8.5" cy="14.5" r="2" />
    </Icon>
  );
}

export function AnswerIcon() {
  return (
    <Icon>
      <rect x="2.5" y="3" width="15" height="14" rx="1.5" />
      <path d="M2.5 7.5h15M2.5 12.25h15M8 7.5V17" />
    </Icon>
  );
}

export function MoreIcon() {
  return (
    <Icon>
      <circle cx="4" cy="10" r="1.25" />
      <circle cx="10" cy="10" r="1.25" />
      <circle cx="16" cy="10" r="1.25" />
    </Icon>
  );
}

export function SettingsIcon() {
  return (
    <Icon>
      <circle cx="10" cy="10" r="2.75" />
      <path d="M10 1.75v2.5M10 15.75v2.5M1.75 10h2.5M15.75 10h2.5M4.2 4.2l1.75 1.75M14.05 14.05l1.75 1.75M4.2 15.8l1.75-1.75M14.05 5.95l1.75-1.75" />
    </Icon>
  );
}

export function HistoryIcon() {
  return (
    <Icon>
      <path d="M2.75 10a7.25 7.25 0 1 0 2.3-5.3M2.5 3v3.25h3.25M10 6v4.25l3 1.75" />
    </Icon>
  );
}

export function TerminalIcon() {
  return (
    <Icon>
      <rect x="2" y="3.5" width="16" height="13" rx="1.5" />
      <path d="M5.5 7.5l2.5 2.5-2.5 2.5M10 13h4.5" />
    </Icon>
  );
}

export function LinkIcon() {
  return (
    <Icon>
      <path d="M8.5 11.5a3 3 0 0 0 4.25 0l3-3a3 3 0 0 0-4.25-4.25L10.25 5.5M11.5 8.5a3 3 0 0 0-4.25 0l-3 3a3 3 0 0 0 4.25 4.25L9.75 14.5" />
    </Icon>
  );
}
