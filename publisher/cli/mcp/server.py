"""The server over stdin and stdout, by the official SDK. Imported by the command `mcp` alone."""

import base64
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from publisher import __version__
from publisher.cli.mcp.agent import Agent
from publisher.cli.mcp.pending import Answer
from publisher.cli.mcp.tools import Tool
from publisher.errors import PublisherError

_INSTRUCTIONS = (
    "Reads and writes Confluence, and the Markdown documents that are published there. Pages are given as Markdown; a page "
    "can be named by its id, address or title. A tool that writes returns a plan and a token first, and changes nothing; a "
    "second call with the token carries the plan out. Show the plan to the person you work for before you confirm it."
)


def serve(agent: Agent) -> None:
    """Until the client goes away."""
    try:
        anyio.run(_serve, agent)
    finally:
        agent.close()


async def _serve(agent: Agent) -> None:
    async def list_tools(context: Any, parameters: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in agent.tools.values()])

    async def call_tool(context: Any, parameters: types.CallToolRequestParams) -> types.CallToolResult:
        work = partial(_answer, agent, parameters.name, parameters.arguments or {})
        return await anyio.to_thread.run_sync(work)

    server: Server[Any] = Server(
        "publisher", version=__version__, instructions=_INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _described(tool: Tool) -> types.Tool:
    hints = types.ToolAnnotations(
        read_only_hint=not tool.writes, destructive_hint=tool.destroys, open_world_hint=tool.name != "check"
    )
    return types.Tool(name=tool.name, description=tool.description, input_schema=dict(tool.schema), annotations=hints)


def _answer(agent: Agent, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """What a tool says; an error is an answer, too."""
    try:
        return _result(agent, agent.call(name, arguments))
    except PublisherError as error:
        problems = [str(item) for item in getattr(error, "problems", ())]
        text = "\n".join([str(error), *problems])
    except Exception as error:  # the last resort: the server goes on
        text = f"publisher failed on this call: {type(error).__name__}: {error}"
    return types.CallToolResult(content=[types.TextContent(type="text", text=agent.masked(text))], is_error=True)


def _result(agent: Agent, answer: Answer) -> types.CallToolResult:
    content: list[Any] = [types.TextContent(type="text", text=agent.masked(answer.text))]
    if answer.blob is not None:
        data, media = answer.blob
        encoded = base64.b64encode(data).decode("ascii")
        if media.startswith("image/"):
            content.append(types.ImageContent(type="image", data=encoded, mime_type=media))
        else:
            held = types.BlobResourceContents(
                uri="attachment:" + str(answer.data.get("id", "")), mime_type=media, blob=encoded
            )
            content.append(types.EmbeddedResource(type="resource", resource=held))
    return types.CallToolResult(content=content, structured_content=agent.masked(dict(answer.data)))
