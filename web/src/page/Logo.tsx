// The logo: a page whose first lines are highlighted.

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path className="logo-read" d="M9 9.5h14M9 14.5h14" />
      <path className="logo-unread" d="M9 19.5h14M9 24.5h8" />
    </svg>
  )
}
