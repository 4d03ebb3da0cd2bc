"""Public trackers on the boxes of a scene: `python flow-baselines.py SCENE.json OUT_FOLDER`.

Wants the package `trackers` (pip install trackers). The scene holds frames of [x0, y0, x1, y1, score] and the frame rate; for each tracker a
file of MOTChallenge text is written. Each tracker runs with its own defaults and, as NAME-tuned, with parameters chosen on the tuning seeds.
"""

import json
import sys
from pathlib import Path

import numpy as np
import supervision as sv
from trackers import ByteTrackTracker, OCSORTTracker

# The best of 14 random draws each from the trackers' own search spaces, by HOTA on the slow and the medium scene of seed 101.
TUNED = {
    "bytetrack": {
        "lost_track_buffer": 24, "track_activation_threshold": 0.5, "minimum_iou_threshold": 0.05,
        "high_conf_det_threshold": 0.4, "minimum_consecutive_frames": 2,
    },
    "ocsort": {
        "lost_track_buffer": 15, "minimum_iou_threshold": 0.1, "minimum_consecutive_frames": 1,
        "direction_consistency_weight": 0.2, "high_conf_det_threshold": 0.4, "delta_t": 1,
    },
}
TRACKERS = {"bytetrack": ByteTrackTracker, "ocsort": OCSORTTracker}


def track(make, scene, options):
    tracker = make(frame_rate=scene["framesPerSecond"], **options)
    lines = []
    for number, boxes in enumerate(scene["frames"], start=1):
        boxes = np.asarray(boxes, dtype=float).reshape(-1, 5)
        detections = sv.Detections(xyxy=boxes[:, :4], confidence=boxes[:, 4], class_id=np.zeros(len(boxes), dtype=int))
        found = tracker.update(detections)
        if found.tracker_id is None:
            continue
        scores = found.confidence if found.confidence is not None else np.ones(len(found))
        for (x0, y0, x1, y1), identity, score in zip(found.xyxy, found.tracker_id, scores):
            if identity >= 0:
                lines.append(f"{number},{identity + 1},{x0:.2f},{y0:.2f},{x1 - x0:.2f},{y1 - y0:.2f},{score:.4f},-1,-1,-1\n")
    return "".join(lines)


def main():
    scene = json.loads(Path(sys.argv[1]).read_text())
    out = Path(sys.argv[2])
    for name, make in TRACKERS.items():
        (out / f"{name}.txt").write_text(track(make, scene, {}))
        (out / f"{name}-tuned.txt").write_text(track(make, scene, TUNED[name]))


main()
