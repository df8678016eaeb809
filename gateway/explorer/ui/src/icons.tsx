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
