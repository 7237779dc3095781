// The header of the page: the product, its environment, and the state of the connection.
import type { Link } from "../browser/use-link.ts"
import { Account } from "../sign-in/Account.tsx"
import { ConnectionBadge } from "./ConnectionBadge.tsx"
import { Logo } from "./Logo.tsx"

export function PageHeader({ envName, link, onHome }: { envName: string; link: Link; onHome: () => void }) {
  return (
    <header className="page-header">
      <a
        className="wordmark"
        href="/"
        onClick={(event) => {
          event.preventDefault()
          onHome()
        }}
      >
        <Logo />
        Document Insight {envName !== "prod" && <span className="environment">{envName}</span>}
      </a>
      <Account />
      <ConnectionBadge link={link} />
    </header>
  )
}
