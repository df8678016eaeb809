import { ChevronDownIcon, DropdownMenu, pick, useGraphiQL } from "@graphiql/react";
import { useWorld } from "../world";
import { useChangeTab } from "./change-tab";
import { titleOf } from "./titles";

/** The tabs that the strip has no room for. Its place is kept while it is empty, so that nothing moves. */
export function MoreTabs({ hidden }: { hidden: readonly number[] }) {
  const { config } = useWorld();
  const changeTab = useChangeTab();
  const { tabs } = useGraphiQL(pick("tabs"));
  const rest = hidden.filter((index) => index < tabs.length);
  return (
    <DropdownMenu modal={false}>
      <DropdownMenu.Button
        className="explorer-more"
        aria-label={`${rest.length} more tabs`}
        {...(rest.length === 0 ? { style: { visibility: "hidden" } } : {})}
      >
        {rest.length}
        <ChevronDownIcon aria-hidden="true" />
      </DropdownMenu.Button>
      <DropdownMenu.Content align="end" className="explorer-menu" collisionPadding={8}>
        {rest.map((index) => (
          <DropdownMenu.Item key={tabs[index]!.id} onSelect={() => changeTab(index)}>
            {titleOf(config, tabs[index]!)}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
