"""Times training steps of a network that comes as a list of layers (JSON on stdin), in PyTorch: the peer of our own step.

Prints one JSON document: {"torch": version, "threads": n, "stepMs": median, "parameters": n}.
"""

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Conv(nn.Module):
    def __init__(self, layer):
        super().__init__()
        groups = layer["inChannels"] if layer["depthwise"] else 1
        self.kernel, self.stride, self.activation = layer["kernel"], layer["stride"], layer["activation"]
        self.conv = nn.Conv2d(
            layer["inChannels"], layer["outChannels"], self.kernel, self.stride, bias=not layer["normalised"], groups=groups
        )
        self.norm = nn.BatchNorm2d(layer["outChannels"], eps=1e-3) if layer["normalised"] else None

    def forward(self, x):
        # TensorFlow's `same`: what is odd of the padding goes to the end.
        height, width = x.shape[2:]
        down = max(0, (-(-height // self.stride) - 1) * self.stride + self.kernel - height)
        across = max(0, (-(-width // self.stride) - 1) * self.stride + self.kernel - width)
        if down or across:
            x = F.pad(x, (across // 2, across - across // 2, down // 2, down - down // 2))
        x = self.conv(x)
        if self.norm is not None:
            x = self.norm(x)
        return activated(x, self.activation)


def activated(x, kind):
    return F.relu(x) if kind == "relu" else F.silu(x) if kind == "silu" else x


class Network(nn.Module):
    def __init__(self, definition):
        super().__init__()
        self.layers = definition["layers"]
        self.heads = definition["heads"]
        self.convs = nn.ModuleDict(
            {layer["name"].replace(".", "_"): Conv(layer) for layer in self.layers if layer["kind"] == "conv"}
        )

    def forward(self, pixels):
        maps = {"input": pixels}
        for layer in self.layers:
            name, source = layer["name"], layer["from"]
            if layer["kind"] == "conv":
                maps[name] = self.convs[name.replace(".", "_")](maps[source])
            elif layer["kind"] == "add":
                maps[name] = activated(maps[source[0]] + maps[source[1]], layer["activation"])
            elif layer["kind"] == "concat":
                maps[name] = torch.cat([maps[item] for item in source], 1)
            elif layer["kind"] == "maxPool":
                maps[name] = F.max_pool2d(maps[source], layer["window"], 1, layer["window"] // 2)
            else:
                maps[name] = F.interpolate(maps[source], size=maps[layer["like"]].shape[2:], mode="nearest")
        return [maps[head[part]] for head in self.heads for part in ("logits", "distances")]


def main():
    task = json.load(sys.stdin)
    torch.manual_seed(1)
    if task["threads"]:
        torch.set_num_threads(task["threads"])
    network = Network(task["definition"]).to(memory_format=torch.channels_last).train()
    frozen = set(task["frozen"])
    for name, conv in network.convs.items():
        if name in frozen:
            conv.requires_grad_(False)
            conv.eval()
    learning = [weight for weight in network.parameters() if weight.requires_grad]
    update = torch.optim.AdamW(learning, lr=1e-3)
    shape = (task["batch"], 3, task["heightPx"], task["widthPx"])
    pixels = torch.rand(shape).to(memory_format=torch.channels_last)
    times = []
    for step in range(task["steps"] + 2):
        started = time.perf_counter()
        update.zero_grad(set_to_none=True)
        loss = sum((output * output).mean() for output in network(pixels))
        loss.backward()
        nn.utils.clip_grad_norm_(learning, 10.0)
        update.step()
        if step >= 2:
            times.append((time.perf_counter() - started) * 1000)
    weights = sum(weight.numel() for weight in network.parameters())
    report = {"torch": torch.__version__, "threads": torch.get_num_threads(), "stepMs": statistics.median(times), "parameters": weights}
    print(json.dumps(report))


main()
