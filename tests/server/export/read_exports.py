"""Opens an export with a reader that others use, and prints what it found as JSON: read_exports.py FORMAT PATH."""
import json
import sys


def csv(path):
    import pandas
    table = pandas.read_csv(path, keep_default_na=False)
    return {'columns': list(table.columns), 'rows': len(table), 'classes': sorted(set(table['class']))}


def coco(path):
    import contextlib, io
    from pycocotools.coco import COCO
    with contextlib.redirect_stdout(io.StringIO()):
        found = COCO(path)
    boxes = found.loadAnns(found.getAnnIds())
    sizes = {image['id']: image for image in found.loadImgs(found.getImgIds())}
    inside = all(
        box['bbox'][0] >= 0 and box['bbox'][1] >= 0
        and box['bbox'][0] + box['bbox'][2] <= sizes[box['image_id']]['width'] + 0.02
        and box['bbox'][1] + box['bbox'][3] <= sizes[box['image_id']]['height'] + 0.02
        and found.annToMask({**box, 'segmentation': [[box['bbox'][0], box['bbox'][1], box['bbox'][0] + 5, box['bbox'][1], box['bbox'][0] + 5, box['bbox'][1] + 5]]}).sum() > 0
        for box in boxes
    )
    return {'images': len(sizes), 'boxes': len(boxes), 'classes': [c['name'] for c in found.loadCats(found.getCatIds())], 'inside': inside}


def geojson(path):
    from shapely.geometry import shape
    with open(path, encoding='utf-8') as file:
        document = json.load(file)
    shapes = [shape(feature['geometry']) for feature in document['features']]
    try:
        from geojson_pydantic import FeatureCollection
        FeatureCollection.model_validate(document)
        checked = True
    except ImportError:
        checked = False
    return {
        'cells': len(shapes), 'valid': all(one.is_valid and one.exterior.is_ccw for one in shapes), 'checked': checked,
        'bounds': [min(s.bounds[0] for s in shapes), min(s.bounds[1] for s in shapes), max(s.bounds[2] for s in shapes), max(s.bounds[3] for s in shapes)],
        'classes': sorted({feature['properties']['classification']['name'] for feature in document['features']}),
    }


def mot(path):
    import configparser, os
    import numpy
    # motmetrics 1.4 asks for what NumPy 2 took away.
    numpy.asfarray = getattr(numpy, 'asfarray', lambda a, dtype=float: numpy.asarray(a, dtype=dtype))
    import motmetrics
    info = configparser.ConfigParser()
    info.optionxform = str
    info.read(os.path.join(path, 'seqinfo.ini'), encoding='utf-8')
    table = motmetrics.io.loadtxt(os.path.join(path, 'gt', 'gt.txt'), fmt='mot15-2D', min_confidence=1)
    same = motmetrics.utils.compare_to_groundtruth(table, table, 'iou', distth=0.5)
    metrics = motmetrics.metrics.create().compute(same, metrics=['mota', 'idf1', 'num_unique_objects'], name='all')
    return {
        'rows': len(table), 'length': int(info['Sequence']['seqLength']), 'rate': float(info['Sequence']['frameRate']),
        'mota': float(metrics['mota']['all']), 'idf1': float(metrics['idf1']['all']), 'objects': int(metrics['num_unique_objects']['all']),
    }


def tiff(path):
    import tifffile
    with tifffile.TiffFile(path) as file:
        series = file.series[0]
        whole = series.asarray()
        xml = file.ome_metadata
        page = file.pages[0]
        found = {
            'ome': file.is_ome, 'shape': list(whole.shape), 'levels': [list(level.shape) for level in series.levels],
            'means': [float(level.asarray().mean()) for level in series.levels], 'tile': [page.tilewidth, page.tilelength],
            'perCm': page.resolution[0], 'unit': int(page.resolutionunit),
            'pixel': [int(v) for v in whole[100, 100]], 'corner': whole[96:104, 96:104].mean(axis=(0, 1)).tolist(),
        }
    try:
        import os, ome_types, xmlschema
        schema = os.path.join(os.path.dirname(ome_types.__file__), 'ome-2016-06.xsd')
        xmlschema.XMLSchema(schema).validate(xml)
        image = ome_types.from_xml(xml).images[0]
        found |= {'schema': True, 'umPerPx': image.pixels.physical_size_x, 'unitName': image.pixels.physical_size_x_unit.value, 'name': image.name}
    except ImportError:
        found['schema'] = False
    return found


def pdf(path):
    import pypdf
    file = pypdf.PdfReader(path, strict=True)
    fonts = {}
    for page in file.pages:
        for font in page['/Resources']['/Font'].get_object().values():
            own = font.get_object()
            for deeper in own.get('/DescendantFonts', [own]):
                descriptor = deeper.get_object()['/FontDescriptor'].get_object()
                fonts[str(own['/BaseFont'])] = any(key in descriptor for key in ('/FontFile', '/FontFile2', '/FontFile3'))
    box = file.pages[0].mediabox
    return {
        'pages': len(file.pages), 'size': [float(box.width), float(box.height)], 'fonts': fonts,
        'text': '\n'.join(page.extract_text() for page in file.pages), 'pictures': sum(len(page.images) for page in file.pages),
        'title': file.metadata.title,
    }


def fhir(path):
    from fhir.resources.R4B.bundle import Bundle
    with open(path, encoding='utf-8') as file:
        bundle = Bundle.model_validate(json.load(file))
    return {'resources': [entry.resource.__class__.__name__ for entry in bundle.entry], 'status': bundle.entry[0].resource.status}


def voc(path):
    from lxml import etree
    tree = etree.parse(path).getroot()
    sides = ['xmin', 'ymin', 'xmax', 'ymax']
    return {
        'root': tree.tag, 'file': tree.findtext('filename'), 'size': [int(tree.findtext('size/' + side)) for side in ('width', 'height', 'depth')],
        'boxes': [[one.findtext('name'), *(float(one.findtext('bndbox/' + side)) for side in sides)] for one in tree.iter('object')],
    }


def zip(path):
    import zipfile
    with zipfile.ZipFile(path) as file:
        return {'broken': file.testzip(), 'names': file.namelist()}


if __name__ == '__main__':
    print(json.dumps(globals()[sys.argv[1]](sys.argv[2])))
