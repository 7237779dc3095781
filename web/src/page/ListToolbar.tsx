// Above the list: how many documents there are, search, sort order, notifications, and removal of what has ended.
import { Button, ToggleButton } from "react-aria-components"
import type { AlertsState } from "../browser/completion-alerts.ts"
import { type SortOrder, sortOrders } from "../documents/select-documents.ts"

type ListToolbarProps = {
  total: number
  active: number
  finished: number
  search: string
  onSearch: (search: string) => void
  order: SortOrder
  onOrder: (order: SortOrder) => void
  notifications: AlertsState["notifications"]
  onToggleNotifications: () => void
  onClearFinished: () => void
}

// Fewer documents than this are seen at a glance.
const searchFrom = 4

export function ListToolbar(props: ListToolbarProps) {
  const { total, active, finished, search, order } = props
  return (
    <div className="toolbar">
      <h2 className="toolbar-title">
        {total} {total === 1 ? "document" : "documents"}
        {active > 0 && <span>{active} in progress</span>}
      </h2>
      <div className="toolbar-actions">
        <NotificationButton {...props} />
        {finished > 1 && (
          <Button className="button-text" onPress={props.onClearFinished}>
            Clear finished
          </Button>
        )}
      </div>
      {(total >= searchFrom || search !== "") && (
        <search className="toolbar-filters">
          <input
            type="search"
            className="search"
            placeholder="Search documents"
            aria-label="Search documents"
            value={search}
            onChange={({ currentTarget }) => props.onSearch(currentTarget.value)}
          />
          <select
            className="sort"
            aria-label="Sort order"
            value={order}
            onChange={({ currentTarget }) => props.onOrder(currentTarget.value as SortOrder)}
          >
            {Object.entries(sortOrders).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </search>
      )}
    </div>
  )
}

function NotificationButton({ notifications, onToggleNotifications }: ListToolbarProps) {
  if (notifications === "unsupported") return null
  if (notifications === "blocked") {
    return (
      <p className="toolbar-note">
        Notifications are blocked<span> in the settings of the browser</span>
      </p>
    )
  }
  const isOn = notifications === "on"
  return (
    <ToggleButton className="button-text" isSelected={isOn} onChange={onToggleNotifications}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1 1.5H4zM8.5 17.5h3" />
      </svg>
      {isOn ? "Notifications on" : "Notify me"}
    </ToggleButton>
  )
}
