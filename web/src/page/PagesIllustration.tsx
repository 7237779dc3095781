// The illustration of the empty upload area: a stack of pages.

export function PagesIllustration() {
  return (
    <svg className="pages" viewBox="0 0 168 128" aria-hidden="true">
      <rect className="pages-sheet" x="20" y="22" width="76" height="98" rx="6" transform="rotate(-9 58 71)" />
      <rect className="pages-sheet" x="74" y="20" width="76" height="98" rx="6" transform="rotate(8 112 69)" />
      <rect className="pages-sheet pages-front" x="44" y="8" width="80" height="104" rx="6" />
      <path className="pages-title" d="M58 28h36" />
      <path className="pages-read" d="M58 44h52M58 54h48M58 64h52" />
      <path className="pages-unread" d="M58 74h44M58 84h52M58 94h28" />
    </svg>
  )
}
