# usage: provider_schema.py NAME BINDINGS TYPE... >NAME.json
# The schemas of these resources (aws_vpc) and data sources (data.aws_region) and of the provider itself, for the stub
# provider, out of the TypeScript bindings that are generated from the real provider's schema (BINDINGS/TYPE/*.d.ts).
# The bindings know every argument, block, type and what is required. They do not know the provider's own validation, and
# show sets as lists; attributes that are objects count as dynamic.
import glob
import json
import os
import re
import sys

INTERFACE = re.compile(r"export interface (\w+)[^{]*\{\n(.*?)\n\}", re.S)
MEMBER = re.compile(r"/\*\*(.*?)\*/\s*readonly (\w+)(\??): ((?:\{[^}]*\}|[^;{])+);", re.S)
GETTER = re.compile(r"\n    get (\w+)\(\): ([^;]+);")
PRIMITIVES = {"string": "string", "number": "number", "boolean": "bool"}


def snake(camel):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), camel)


def interfaces(source):
    """By name: (argument, is it required, its type, is it a block) of each member."""
    found = {}
    for name, body in INTERFACE.findall(source):
        members = found[name] = []
        for comment, member, optional, kind in MEMBER.findall(body):
            original = re.search(r"\}?\s*\w+#(\w+)\}", comment)
            members.append((original[1] if original else snake(member), not optional, " ".join(kind.split()), " block" in comment))
    return found


def attribute_type(kind):
    bare = kind.replace("| cdktf.IResolvable", "").strip()
    if bare in PRIMITIVES:
        return PRIMITIVES[bare]
    array = re.match(r"^\(?(string|number|boolean)(?: \| cdktf\.IResolvable\))?\[\]$", bare.replace("Array<", ""))
    if array:
        return ["list", PRIMITIVES[array[1]]]
    table = re.match(r"^\{ \[key: string\]: (?:\()?(string|number|boolean)", bare)
    return ["map", PRIMITIVES[table[1]]] if table else "dynamic"


def computed(name, sources):
    """What a class of the bindings can be asked for: the arguments too, and what only the provider knows."""
    body = re.search(r"export declare class " + name + r" extends cdktf\.\w+ \{(.*?)\n\}", sources, re.S)
    for getter, kind in GETTER.findall(body[1] if body else ""):
        if getter.endswith("Input") or getter == "internalValue":
            continue
        shown = "dynamic" if "List" in kind or "Output" in kind else attribute_type(kind)
        yield snake(getter), {"type": ["map", "string"] if "StringMap" in kind else shown, "computed": True}


def block(name, holder, found, sources):
    """name: of its interface, holder: of the class that it can be read from."""
    attributes, blocks = {}, {}
    for member, required, kind, is_block in found.get(name, []):
        base = re.sub(r"\[\]| \| cdktf\.IResolvable", "", kind).strip()
        if is_block and base in found:
            single = member == "timeouts"
            many = "[]" in kind or single
            inner = block(base, base + "OutputReference", found, sources)
            blocks[member] = {"nesting_mode": "single" if single else "list", "min": int(required), "max": 0 if many else 1, "block": inner}
        else:
            attributes[member] = {"type": attribute_type(kind), "required": required}
    for member, each in computed(holder, sources):
        if member not in blocks:
            attributes.setdefault(member, each)
    return {"attributes": attributes, "block_types": blocks}


def schema(folder):
    sources = ""
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.d.ts"), recursive=True)):
        with open(path) as file:
            sources += file.read()
    config = re.search(r"export interface (\w+Config) extends cdktf", sources) or re.search(r"export interface (\w+ProviderConfig) \{", sources)
    holder = re.search(r"export declare class (\w+) extends cdktf\.Terraform(?:Resource|DataSource|Provider) \{", sources)
    return block(config[1], holder[1], interfaces(sources), sources)


def main(provider, bindings, *types):
    out = {"provider": schema(os.path.join(bindings, "provider")), "resource_schemas": {}, "data_source_schemas": {}}
    for each in types:
        data = each.startswith("data.")
        name = each.removeprefix("data.")
        folder = name.split("_", 1)[1].replace("_", "-")
        if data:
            folder = f"data-{provider}-{folder}"
        path = os.path.join(bindings, folder)
        if not os.path.isdir(path):
            sys.exit(f"{provider} has no {each}")
        out["data_source_schemas" if data else "resource_schemas"][name] = schema(path)
    json.dump(out, sys.stdout)


main(*sys.argv[1:])
