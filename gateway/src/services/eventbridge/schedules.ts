// Runs the schedules of rules and of EventBridge Scheduler when the clock reaches their times.
import { randomUUID } from "node:crypto"
import type { RuleDefinition, ScheduleDefinition } from "../../definition/events.ts"
import { type Clock, isoTime, type Timer } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import { parseSchedule } from "../../foundation/schedule-expression.ts"
import type { Deliver } from "../deliver.ts"
import { type BusEvent, busEvent } from "./event.ts"

export type SchedulesOptions = {
  runRule(rule: RuleDefinition, event: BusEvent): void
  putOnBus(busArn: string, event: BusEvent): void
  deliver: Deliver
  place(): { accountId: string; region: string }
  clock: Clock
  log: Log
}

export type Schedules = {
  /** Schedules that are unchanged go on; those that changed or are gone stop. */
  use(rules: readonly RuleDefinition[], schedules: readonly ScheduleDefinition[]): void
  close(): void
}

export function createSchedules(options: SchedulesOptions): Schedules {
  const { clock, log, deliver } = options
  const active = new Map<string, Timer>()

  function start(key: string, expression: { text: string; zone: string }, run: (at: number) => void): void {
    const schedule = parseSchedule(expression.text, expression.zone)
    const startedAt = clock.now()
    function wait(after: number): void {
      const at = schedule.next(after, startedAt)
      if (at === undefined) return void active.delete(key)
      const timer = clock.after(at - clock.now(), () => {
        // First, because running it can replace the schedules.
        wait(at)
        run(at)
      })
      active.set(key, timer)
    }
    wait(startedAt)
  }

  /** AWS: the event of a scheduled rule names the rule and has no detail (event-scheduled) */
  function runRule(rule: RuleDefinition, time: number): void {
    const content = { source: "aws.events", "detail-type": "Scheduled Event", detail: {}, resources: [rule.arn], time }
    options.runRule(rule, busEvent(content, options.place()))
  }

  async function runSchedule(schedule: ScheduleDefinition, time: number): Promise<void> {
    const { arn, startsAt = time, endsAt = time, target } = schedule
    // AWS: nothing is invoked before the start and after the end (scheduler-dates)
    if (time < startsAt || time > endsAt) return
    const input = inputOf(schedule, time)
    const { targetArn, eventBus, messageGroupId, deadLetterArn } = target
    try {
      if (eventBus) options.putOnBus(targetArn, eventOf(eventBus, input, time))
      else await deliver(targetArn, input, { groupId: messageGroupId })
    } catch (cause) {
      log.error("Schedule not delivered", { schedule: schedule.logicalId, targetArn, deadLetterArn, cause })
      if (deadLetterArn === undefined) return
      const attributes = { SCHEDULE_ARN: { DataType: "String", StringValue: arn } }
      await deliver(deadLetterArn, input, { attributes }).catch((failure: unknown) => {
        log.error("Dead-letter queue of a schedule not reached", { deadLetterArn, cause: failure })
      })
    }
  }

  /** AWS: an input can contain attributes of the schedule and its run (scheduler-attributes) */
  function inputOf({ arn, target }: ScheduleDefinition, time: number): string {
    const scheduledTime = isoTime(time).replace(/\.\d+Z$/, "Z")
    if (target.input !== undefined) {
      return target.input
        .replaceAll("<aws.scheduler.schedule-arn>", arn)
        .replaceAll("<aws.scheduler.scheduled-time>", scheduledTime)
        .replaceAll("<aws.scheduler.execution-id>", randomUUID())
        .replaceAll("<aws.scheduler.attempt-number>", "1")
    }
    // AWS?: the event of a schedule without an input (scheduler-default-input)
    const content = { source: "aws.scheduler", "detail-type": "Scheduled Event", detail: "{}", resources: [arn], time }
    return JSON.stringify(busEvent(content, options.place()))
  }

  function eventOf({ source, detailType }: { source: string; detailType: string }, input: string, time: number) {
    return busEvent({ source, "detail-type": detailType, detail: JSON.parse(input), time }, options.place())
  }

  return {
    use(rules, schedules) {
      const wanted = new Map<string, () => void>()
      for (const rule of rules) {
        const { scheduleExpression: text } = rule
        if (text === undefined) continue
        const key = JSON.stringify(rule)
        wanted.set(key, () => start(key, { text, zone: "UTC" }, (at) => runRule(rule, at)))
      }
      for (const schedule of schedules) {
        const key = JSON.stringify(schedule)
        const expression = { text: schedule.scheduleExpression, zone: schedule.timezone }
        wanted.set(key, () => start(key, expression, (at) => void runSchedule(schedule, at)))
      }
      for (const [key, timer] of active) {
        if (wanted.has(key)) continue
        timer.cancel()
        active.delete(key)
      }
      for (const [key, begin] of wanted) if (!active.has(key)) begin()
    },
    close() {
      for (const timer of active.values()) timer.cancel()
      active.clear()
    },
  }
}
