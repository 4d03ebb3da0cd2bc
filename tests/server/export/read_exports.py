"""Opens an export with a reader that others use, and prints what it found as JSON: read_exports.py FORMAT PATH."""
import json
import sys

# Below, `zip` reads a file of that kind.
pairs = zip


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


def coco_masks(path):
    import contextlib, io
    from pycocotools.coco import COCO
    from shapely.geometry import Polygon
    with contextlib.redirect_stdout(io.StringIO()):
        found = COCO(path)
    marks = found.loadAnns(found.getAnnIds())
    sizes = {image['id']: image for image in found.loadImgs(found.getImgIds())}
    polygons = [[Polygon(list(pairs(ring[::2], ring[1::2]))) for ring in mark['segmentation']] for mark in marks]
    masks = [found.annToMask(mark) for mark in marks]
    return {
        'marks': len(marks), 'crowd': sum(mark['iscrowd'] for mark in marks), 'rings': sorted({len(rings) for rings in polygons}),
        'valid': all(one.is_valid and one.area > 0 for rings in polygons for one in rings),
        'corners': max(len(ring) // 2 for mark in marks for ring in mark['segmentation']),
        'areaOff': max(abs(rings[0].area - mark['area']) for rings, mark in pairs(polygons, marks)),
        'maskOff': max(abs(int(mask.sum()) - mark['area']) / (4 + rings[0].length) for mask, mark, rings in pairs(masks, marks, polygons)),
        'inside': all(
            rings[0].bounds[0] >= 0 and rings[0].bounds[1] >= 0
            and rings[0].bounds[2] <= sizes[mark['image_id']]['width'] and rings[0].bounds[3] <= sizes[mark['image_id']]['height']
            for rings, mark in pairs(polygons, marks)
        ),
    }


def geojson_cells(path):
    from shapely.geometry import shape
    with open(path, encoding='utf-8') as file:
        features = json.load(file)['features']
    cells = [feature for feature in features if feature['properties']['objectType'] == 'cell']
    shapes = [shape(feature['geometry']) for feature in cells]
    nuclei = [(shape(feature['nucleusGeometry']), shape(feature['geometry'])) for feature in cells if 'nucleusGeometry' in feature]
    measured = [feature['properties']['measurements'] for feature in cells]
    return {
        'types': sorted({feature['properties']['objectType'] for feature in features}), 'cells': len(cells),
        'valid': all(one.is_valid and one.exterior.is_ccw and one.area > 0 for one in shapes + [nucleus for nucleus, _ in nuclei]),
        'nuclei': len(nuclei), 'within': sum(cell.buffer(0.5).contains(nucleus) for nucleus, cell in nuclei),
        'names': sorted({name for measures in measured for name in measures}),
        'numbers': all(isinstance(value, (int, float)) for measures in measured for value in measures.values()),
        'areas': [[one.area, measures['Area µm^2']] for one, measures in pairs(shapes, measured)],
        'ids': [int(feature['properties']['name']) for feature in cells],
    }


def labels(path):
    import os
    import numpy, tifffile
    from PIL import Image
    with open(os.path.join(path, 'labels.json'), encoding='utf-8') as file:
        table = json.load(file)
    colours = [[0, 0, 0]] + [[int(one['colour'][at:at + 2], 16) for at in (1, 3, 5)] for one in table['classes']]
    values = {one['name']: one['value'] for one in table['classes']}
    sizes, modes, same, labelled = [], set(), True, 0
    for picture in table['pictures']:
        with Image.open(os.path.join(path, picture['cells'])) as cells, Image.open(os.path.join(path, picture['classes'])) as classes:
            cells.load(), classes.load()
            modes |= {cells.mode, classes.mode}
            number, kind = numpy.asarray(cells).astype(int), numpy.asarray(classes)
            same = same and classes.getpalette()[:3 * len(colours)] == sum(colours, [])
        counts = numpy.bincount(number.ravel(), minlength=len(picture['labels']) + 1)
        same = same and len(counts) == len(picture['labels']) + 1 and number.shape == kind.shape
        lookup = numpy.array([0] + [values[row['class']] for row in picture['labels']])
        same = same and all(int(counts[row['label']]) == row['pixels'] for row in picture['labels']) and bool((lookup[number] == kind).all())
        labelled += int(sum(counts[1:] > 0))
        sizes.append([number.shape[1], number.shape[0]])
    # What reads microscope pictures reads them once they are TIFF, without a loss.
    again = os.path.join(path, 'again.tif')
    tifffile.imwrite(again, number.astype('uint16'))
    same = same and bool((tifffile.imread(again) == number).all())
    os.remove(again)
    return {'sizes': sizes, 'modes': sorted(modes), 'same': same, 'labelled': labelled, 'images': len(os.listdir(os.path.join(path, 'images')))}


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
