/** The menu of a row, at the pointer or below the row: one entry has the focus, arrows move it, Escape or a click beside it closes. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { MenuItem } from "./column.ts";

export interface RowMenuProps {
  readonly label: string;
  /** Groups are set apart by a line. */
  readonly groups: readonly (readonly MenuItem[])[];
  /** In pixels of the window. */
  readonly x: number;
  readonly y: number;
  /** `again` when the focus should go back to the table. */
  readonly onClose: (again: boolean) => void;
}

export function RowMenu({ label, groups, x, y, onClose }: RowMenuProps): JSX.Element {
  const menu = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const element = menu.current!;
    // In the top layer no ancestor can clip it.
    element.showPopover?.();
    const { width, height } = element.getBoundingClientRect();
    element.style.setProperty("--hs-menu-x", `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`);
    element.style.setProperty(
      "--hs-menu-y",
      `${y + height + 4 > innerHeight ? Math.max(4, y - height) : y}px`,
    );
    itemsOf(element)[0]?.focus({ preventScroll: true });
    const onPointerDown = (event: PointerEvent): void => {
      if (!element.contains(event.target as Node)) onClose(false);
    };
    const onBlur = (): void => onClose(false);
    document.addEventListener("pointerdown", onPointerDown, true);
    window.addEventListener("blur", onBlur);
    return () => {
      document.removeEventListener("pointerdown", onPointerDown, true);
      window.removeEventListener("blur", onBlur);
    };
  }, [x, y]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const items = itemsOf(menu.current!);
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = nextItem(event.key, at, items.length);
    if (next !== undefined) items[next]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") onClose(true);
    else if (event.key === "Enter" || event.key === " ") items[at]?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={menu}
      class="hs-row-menu"
      role="menu"
      aria-label={label}
      popover="manual"
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      {groups
        .filter((items) => items.length > 0)
        .map((items, group) => (
          <div key={group} class="hs-row-menu-group" role="group">
            {items.map((item, index) => (
              <div
                key={index}
                role="menuitem"
                class="hs-row-menu-item"
                tabIndex={-1}
                onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
                onClick={() => {
                  onClose(true);
                  item.run();
                }}
              >
                <span>{item.label}</span>
                {item.keys !== undefined && <kbd>{item.keys}</kbd>}
              </div>
            ))}
          </div>
        ))}
    </div>
  );
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
}

function nextItem(key: string, at: number, count: number): number | undefined {
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}
